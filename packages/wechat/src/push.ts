// What WeChat pushes to us about the mini-program (消息推送, wechat.md 13), in safe mode and JSON: verify, decrypt, read.
import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { WechatConfigError } from './config-error.ts';
import { parseJson } from './transport.ts';

export type PushConfig = {
  /** As chosen in WeChat's console. */
  token: string;
  /** The 43 characters of EncodingAESKey. */
  aesKey: string;
  appid: string;
  now: () => Date;
};

export type PushQuery = Readonly<Record<string, string | undefined>>;
export type PushRejection = 'missing_parameter' | 'stale' | 'bad_signature' | 'malformed' | 'undecryptable' | 'foreign';
/** `key` is the same when WeChat sends the same message again. */
export type PushedMessage = { ok: true; key: string; event: string; json: Record<string, unknown> };
export type PushResult = PushedMessage | { ok: false; reason: PushRejection };

export type PushReader = {
  /** The answer to WeChat's check of our address: its own word, or null for a stranger. */
  echo(query: PushQuery): string | null;
  /** Never throws on what was received: a stranger can post anything here. */
  open(query: PushQuery, rawBody: Uint8Array): PushResult;
};

/** Its signatures carry no proof of age: we bring our own window, as for notices of WeChat Pay. */
const WINDOW_SECONDS = 300;
/** 16 random bytes and the length of the message stand before it. */
const HEAD_BYTES = 20;
const BLOCK_BYTES = 32;

export function createPushReader(config: PushConfig): PushReader {
  const key = readKey(config);
  return {
    echo: (query) => {
      const { signature, timestamp, nonce, echostr } = query;
      if (!signature || !timestamp || !nonce || !echostr) return null;
      return isSame(signature, signatureOf([config.token, timestamp, nonce])) ? echostr : null;
    },
    open: (query, rawBody) => open(config, key, query, rawBody),
  };
}

function readKey({ token, aesKey }: PushConfig): Buffer {
  const problems: string[] = [];
  if (!/^[0-9A-Za-z]{3,32}$/.test(token)) problems.push('push token is not 3 to 32 letters and digits');
  if (!/^[0-9A-Za-z]{43}$/.test(aesKey)) problems.push('EncodingAESKey is not 43 letters and digits');
  if (problems.length > 0) throw new WechatConfigError(problems);
  return Buffer.from(`${aesKey}=`, 'base64');
}

const Envelope = z.looseObject({ Encrypt: z.string().min(1) });
const Message = z.looseObject({
  FromUserName: z.string().catch(''),
  CreateTime: z.union([z.number(), z.string()]).catch(''),
  MsgType: z.string().catch(''),
  Event: z.string().catch(''),
  MsgId: z.union([z.number(), z.string()]).optional(),
});

function open(config: PushConfig, key: Buffer, query: PushQuery, rawBody: Uint8Array): PushResult {
  // `signature` does not cover the body: in safe mode only `msg_signature` counts.
  const { timestamp, nonce, msg_signature: given } = query;
  if (!timestamp || !nonce || !given) return { ok: false, reason: 'missing_parameter' };
  const age = Math.abs(config.now().getTime() / 1000 - Number(timestamp));
  if (!(age <= WINDOW_SECONDS)) return { ok: false, reason: 'stale' };
  const envelope = Envelope.safeParse(parseJson(Buffer.from(rawBody).toString('utf8')));
  if (!envelope.success) return { ok: false, reason: 'malformed' };
  const sealed = envelope.data.Encrypt;
  if (!isSame(given, signatureOf([config.token, timestamp, nonce, sealed])))
    return { ok: false, reason: 'bad_signature' };
  const opened = unseal(key, sealed);
  if (opened === null) return { ok: false, reason: 'undecryptable' };
  if (opened.appid !== config.appid) return { ok: false, reason: 'foreign' };
  return readMessage(opened.text);
}

function readMessage(text: string): PushResult {
  const json = z.record(z.string(), z.unknown()).safeParse(parseJson(text));
  if (!json.success) return { ok: false, reason: 'malformed' };
  const { FromUserName, CreateTime, MsgType, Event, MsgId } = Message.parse(json.data);
  const event = MsgType === 'event' || MsgType === '' ? Event : MsgType;
  // Events have no id of their own: sender, moment and name tell one from the next, and one moment may bring two.
  const content = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const key = MsgId === undefined ? `${FromUserName}:${CreateTime}:${event}:${content}` : `msg:${MsgId}`;
  return { ok: true, key, event, json: json.data };
}

function unseal(key: Buffer, sealed: string): { text: string; appid: string } | null {
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.length === 0 || bytes.length % 16 !== 0) return null;
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16));
  // Padded to 32 bytes, which no library expects of AES.
  decipher.setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(bytes), decipher.final()]);
  const padding = padded.at(-1) ?? 0;
  if (padding < 1 || padding > BLOCK_BYTES) return null;
  const plain = padded.subarray(0, padded.length - padding);
  if (plain.length < HEAD_BYTES) return null;
  const end = HEAD_BYTES + plain.readUInt32BE(16);
  if (end > plain.length) return null;
  return { text: plain.subarray(HEAD_BYTES, end).toString('utf8'), appid: plain.subarray(end).toString('utf8') };
}

/** Sorted by code unit, joined, hashed: the order of the parts does not matter to WeChat. */
function signatureOf(parts: readonly string[]): string {
  return createHash('sha1').update(parts.toSorted().join('')).digest('hex');
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
