// The client of the mini-program server API: who is this person, and the access token that other calls need.
import type { z } from 'zod';
import type { Outcome } from './outcome.ts';
import type { CallHook, Fetch } from './transport.ts';

export type MiniConfig = {
  appid: string;
  secret: string;
  baseUrl: string;
  /** Shared by all processes; without one each process keeps its own token in memory. */
  tokenStore?: TokenStore;
  now: () => Date;
  fetch?: Fetch;
  /** Default 8000. */
  timeoutMs?: number;
  /** Default 200. */
  retryPauseMs?: number;
  onCall?: CallHook;
  guard?: () => void;
};

/** Plain JSON, so that any cache can hold it. */
export type StoredToken = { token: string; expiresAtMs: number };
export type TokenStore = {
  get(key: string): Promise<StoredToken | null>;
  set(key: string, token: StoredToken): Promise<void>;
};

export type MiniRefusalKind =
  /** The code is wrong or older than five minutes. */
  | 'code_invalid'
  | 'code_used'
  | 'user_blocked'
  | 'frequency'
  | 'token'
  | 'config'
  | 'param'
  /** The person did not allow this message. */
  | 'not_subscribed'
  /** The answer belongs to another appid. */
  | 'foreign'
  | 'other';

export type MiniOutcome<T> = Outcome<T, MiniRefusalKind>;

export type MiniSession = {
  openid: string;
  /** Never leaves the server. */
  sessionKey: string;
  unionid: string | null;
};
export type PhoneNumber = { phoneNumber: string; purePhoneNumber: string; countryCode: string };

export type MiniClient = {
  /** Trades the code of `wx.login` (5 minutes, once) for the person. */
  code2session(code: string): Promise<MiniOutcome<MiniSession>>;
  /** Trades the code of a getPhoneNumber button (not the login code) for the number. */
  phoneNumber(code: string): Promise<MiniOutcome<PhoneNumber>>;
  /** Any other JSON endpoint that wants an access token: subscribe messages, shipping info... */
  post<S extends z.ZodType>(path: string, body: unknown, answer: S): Promise<MiniOutcome<z.infer<S>>>;
};
