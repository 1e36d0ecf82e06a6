// Opens what WeChat posts to our notify addresses: verify, then decrypt, then read; nothing is believed before that.
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { openSealed } from './aes.ts';
import { fromRfc3339 } from './time.ts';
import { parseJson } from './transport.ts';
import { NOTICE_WINDOW, signatureFault } from './verify.ts';
import { RefundNoticeWire, TransactionWire, TransferNoticeWire } from './wire.ts';
import type { Refund, Transaction, Transfer } from './wire.ts';

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
  (
    | { kind: 'payment'; transaction: Transaction }
    | { kind: 'refund'; refund: RefundOfNotice }
    | { kind: 'transfer'; transfer: TransferOfNotice }
    | { kind: 'other' }
  );

export type RefundOfNotice = Refund & { mchid: string };

export type TransferOfNotice = Transfer & { mchid: string; amountFen: number; openid: string };

export type NoticeResult = OpenedNotice | { ok: false; reason: NoticeRejection };

const NoticeWire = z.looseObject({
  id: z.string().min(1).max(64),
  create_time: z.string().nullish(),
  event_type: z.string().min(1),
  resource: z.looseObject({
    original_type: z.string().nullish(),
    algorithm: z.literal('AEAD_AES_256_GCM'),
    ciphertext: z.string(),
    associated_data: z.string().nullish(),
    nonce: z.string(),
  }),
});
const JsonObject = z.record(z.string(), z.unknown());

export type NoticeDeps = {
  apiV3Key: KeyObject;
  findKey: (serial: string) => KeyObject | null | Promise<KeyObject | null>;
  now: () => Date;
};

/** Never throws on what was received: a stranger can post anything here. */
export async function openNotice(deps: NoticeDeps, letter: NoticeLetter): Promise<NoticeResult> {
  const rawBody = typeof letter.rawBody === 'string' ? Buffer.from(letter.rawBody) : letter.rawBody;
  const now = letter.now ?? deps.now();
  const header = (name: string) => singleHeader(letter.headers, name);
  const fault = await signatureFault({ header, rawBody, now, window: NOTICE_WINDOW, findKey: deps.findKey });
  if (fault !== null) return { ok: false, reason: fault };

  const envelope = NoticeWire.safeParse(parseJson(Buffer.from(rawBody).toString('utf8')));
  if (!envelope.success) return { ok: false, reason: 'malformed' };
  const { resource } = envelope.data;
  const text = openSealed(deps.apiV3Key, { ...resource, associatedData: resource.associated_data });
  if (text === null) return { ok: false, reason: 'undecryptable' };
  return readResource(envelope.data, text);
}

function readResource(envelope: z.infer<typeof NoticeWire>, text: string): NoticeResult {
  const json = JsonObject.safeParse(parseJson(text));
  if (!json.success) return { ok: false, reason: 'malformed' };
  const opened: NoticeEnvelope = {
    ok: true,
    id: envelope.id,
    eventType: envelope.event_type,
    originalType: envelope.resource.original_type ?? '',
    createTime: fromRfc3339(envelope.create_time ?? ''),
    text,
    json: json.data,
  };
  // Both names decide: profit sharing may arrive as TRANSACTION.SUCCESS with another original type.
  if (opened.eventType === 'TRANSACTION.SUCCESS' && opened.originalType === 'transaction') {
    const read = TransactionWire.safeParse(json.data);
    return read.success ? { ...opened, kind: 'payment', transaction: read.data } : { ok: false, reason: 'malformed' };
  }
  if (opened.eventType.startsWith('REFUND.') && opened.originalType === 'refund') {
    const read = RefundNoticeWire.safeParse(json.data);
    return read.success ? { ...opened, kind: 'refund', refund: read.data } : { ok: false, reason: 'malformed' };
  }
  if (opened.eventType.startsWith('MCHTRANSFER.BILL.') && opened.originalType === 'mch_payment') {
    const read = TransferNoticeWire.safeParse(json.data);
    return read.success ? { ...opened, kind: 'transfer', transfer: read.data } : { ok: false, reason: 'malformed' };
  }
  return { ...opened, kind: 'other' };
}

/** A header that comes twice is no header: we would not know which one the others verified. */
function singleHeader(headers: NoticeLetter['headers'], name: string): string | null {
  const found = Object.entries(headers).filter(([key]) => key.toLowerCase() === name);
  const [value] = found.map(([, held]) => held);
  if (found.length !== 1) return null;
  if (Array.isArray(value)) return value.length === 1 ? (value[0] ?? null) : null;
  return value ?? null;
}
