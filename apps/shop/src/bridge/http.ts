// HTTP on both platforms: the transport under the typed client.
import type { Transport } from '@jishi/contract';
import Taro from '@tarojs/taro';
import { learnTime } from './clock.ts';

const TIMEOUT_MS = 15_000;
const UPLOAD_TIMEOUT_MS = 60_000;

/** The multipart form of an upload, as phones describe it. */
export type UploadForm = { filePath: string };

export const send: Transport = async ({ method, url, headers, body }) => {
  if (isUpload(body)) return upload(url, headers, body);
  const answer = await Taro.request<unknown>({
    url,
    method: method as 'GET',
    header: headers,
    ...(body === undefined ? {} : { data: body }),
    timeout: TIMEOUT_MS,
  });
  const received = lowerCased(answer.header as Record<string, unknown> | undefined);
  learnTime(received['date']);
  return { status: answer.statusCode, body: answer.data, headers: received };
};

async function upload(url: string, headers: Record<string, string>, form: UploadForm) {
  const answer = await Taro.uploadFile({
    url,
    name: 'file',
    filePath: form.filePath,
    fileName: 'picture.jpg',
    header: headers,
    timeout: UPLOAD_TIMEOUT_MS,
  });
  return { status: answer.statusCode, body: parsed(answer.data) };
}

function isUpload(body: unknown): body is UploadForm {
  return typeof body === 'object' && body !== null && 'filePath' in body;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function lowerCased(headers: Record<string, unknown> | undefined): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers ?? {})) result[name.toLowerCase()] = String(value);
  return result;
}
