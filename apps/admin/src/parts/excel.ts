// Where a file of a list is had from, and what it is called.
import { pathParams, type Endpoint } from '@jishi/contract';

export type Asked = Readonly<Record<string, string | number | boolean | undefined>>;

/** The address of an export: parameters in the path, the rest as a query; what is empty is left out. */
export function excelUrl(endpoint: Endpoint, input: Asked): string {
  const inPath = new Set(pathParams(endpoint.path));
  const path = endpoint.path.replaceAll(/:([A-Za-z]+)/g, (_, name: string) => encodeURIComponent(String(input[name])));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(input)) {
    if (!inPath.has(name) && value !== undefined && value !== '' && value !== false) query.set(name, String(value));
  }
  return `/api/v1${path}${query.size > 0 ? `?${query}` : ''}`;
}

/** The name that the server gave, as RFC 6266 carries it. */
export function fileNameOf(disposition: string | null): string {
  const encoded = /filename\*=UTF-8''([^;]+)/.exec(disposition ?? '')?.[1];
  return encoded === undefined ? '导出.xlsx' : decodeURIComponent(encoded);
}
