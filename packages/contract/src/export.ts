// A list as a file: the endpoint that exports what another endpoint lists, with the same filters and the same permission.
import { z } from 'zod';
import { endpoint, type Endpoint } from './endpoint.ts';

type Unpaged<In extends z.ZodObject> = z.ZodObject<
  Omit<In['shape'], 'page' | 'size' | 'cursor' | 'limit'>,
  z.core.$strict
>;

/** `exportOf(adminListPayments)` answers GET `<its path>/export` with an Excel file. Bound with `exported` of the server. */
export function exportOf<In extends z.ZodObject, Out extends z.ZodType>(
  list: Endpoint<In, Out, 'staff'>,
): Endpoint<Unpaged<In>, z.ZodUnknown, 'staff'> {
  const { page: _page, size: _size, cursor: _cursor, limit: _limit, ...shape } = list.input.shape;
  const { permission, tag, path, errors } = list;
  return endpoint({
    id: `export${list.id.replace(/^(adminList|list|admin)/, '')}`,
    tag,
    method: 'GET',
    path: `${path}/export`,
    audience: 'staff',
    ...(permission === undefined ? {} : { permission }),
    file: true,
    ratePerMinute: 10,
    summary: `${list.summary}：导出 Excel`,
    input: z.object(shape).strict() as unknown as Unpaged<In>,
    output: z.unknown(),
    errors: [...errors, 'export.busy'],
  });
}
