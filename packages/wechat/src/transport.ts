// One HTTP exchange over fetch: bounded in time and size, never followed elsewhere, its failures told apart.

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What a metric or a log line may know of a call. No address with a query, no body, no header. */
export type CallRecord = {
  /** Method and path template, safe as a metric label. */
  endpoint: string;
  attempt: number;
  status: number | null;
  ms: number;
  requestId: string | null;
  /** Error code of WeChat, if it sent one. */
  code: string | null;
  result: 'ok' | 'refused' | 'unknown';
};
export type CallHook = (call: CallRecord) => void;
