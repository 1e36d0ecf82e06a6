// One exchange with the server inside WeChat.
import Taro from '@tarojs/taro';
import type { CarryBridge } from '../types.ts';

export const carry: CarryBridge = async ({ method, url, headers, body, timeoutMs }) => {
  const answer = await Taro.request<unknown>({
    url,
    method: method as 'GET',
    header: headers,
    ...(body === undefined ? {} : { data: body }),
    timeout: timeoutMs,
  });
  const received: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.header ?? {})) received[name.toLowerCase()] = String(value);
  return { status: answer.statusCode, headers: received, body: answer.data };
};
