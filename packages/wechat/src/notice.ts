// Opens what WeChat posts to our notify addresses: verify, then decrypt, then read; nothing is believed before that.
import type { Refund, Transaction } from './wire.ts';

export type NoticeLetter = {
  /** As the HTTP server has them; names in any case. */
  headers: Record<string, string | string[] | undefined>;
  /** The exact bytes received. A re-serialised JSON body never verifies. */
  rawBody: Uint8Array | string;
  /** Defaults to the client's clock. */
  now?: Date;
};

export type NoticeRejection =
  | 'missing_header'
  | 'stale'
  | 'unknown_serial'
  | 'bad_signature'
  | 'malformed'
  | 'undecryptable';

type NoticeEnvelope = {
  ok: true;
  /** The same on every resend: the key of the inbox. */
  id: string;
  eventType: string;
  originalType: string;
  createTime: Date | null;
  /** The decrypted resource, exact and parsed. */
  text: string;
  json: Record<string, unknown>;
};

/** An authentic notice. `other` is a type that we do not know: store it and answer success. */
export type OpenedNotice = NoticeEnvelope &
  ({ kind: 'payment'; transaction: Transaction } | { kind: 'refund'; refund: RefundOfNotice } | { kind: 'other' });

export type RefundOfNotice = Refund & { mchid: string };

export type NoticeResult = OpenedNotice | { ok: false; reason: NoticeRejection };
