// HTTP on both platforms: the transport under the typed client.
import type { Transport } from '@jishi/contract';
import Taro from '@tarojs/taro';
import { uploadBridge } from '@/bridge/upload';
import { learnTime } from './clock.ts';
import type { ChosenPicture } from './types.ts';

const TIMEOUT_MS = 15_000;

export const send: Transport = async ({ method, url, headers, body }) => {
  if (isPicture(body)) {
    const { status, text } = await uploadBridge.send(url, headers, body);
    return { status, body: parsed(text) };
  }
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

/** The client hands on as body whatever form its caller made. */
function isPicture(body: unknown): body is ChosenPicture {
  return typeof body === 'object' && body !== null && 'path' in body;
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
