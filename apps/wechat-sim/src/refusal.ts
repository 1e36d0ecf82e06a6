// How the pay side says no: a status, a code from WeChat's list, a sentence, and sometimes where the mistake is.

export type RefusalDetail = {
  field: string;
  value?: unknown;
  issue?: string;
  location: 'body' | 'url' | 'query' | 'authorization';
};

export class PayRefusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: Record<string, unknown> | undefined;
  constructor(status: number, code: string, message: string, detail?: RefusalDetail | Record<string, unknown>) {
    super(message);
    this.name = 'PayRefusal';
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

/** `PARAM_ERROR` that points at one field, in WeChat's words. */
export function paramError(
  field: string,
  issue: string,
  value?: unknown,
  location: RefusalDetail['location'] = 'body',
): PayRefusal {
  return new PayRefusal(400, 'PARAM_ERROR', `参数错误，输入源“${field}”校验失败，${issue}`, {
    field,
    value,
    issue,
    location,
  });
}

export const invalidRequest = (message: string): PayRefusal => new PayRefusal(400, 'INVALID_REQUEST', message);
