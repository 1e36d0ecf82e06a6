// Message push (wechat.md 13): events to the merchant's address in safe mode, JSON, with three repetitions.
import { createCipheriv, createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Chance } from './chance.ts';
import { minuteMs, type SimClock } from './clock.ts';
import type { MerchantSetup } from './surface.ts';
import { pushesMax, type Push, type World } from './world.ts';

export type Pushes = {
  /** Tells the merchant of an event, when he has given an address. */
  send(event: string, facts: Record<string, unknown>): void;
  /** What the agenda rings for. */
  ring(pushId: string): Promise<void>;
  /** One more try of a known push, whatever became of it. */
  again(pushId: string): Promise<boolean>;
  settle(): Promise<void>;
};

type PushParts = { world: World; clock: SimClock; chance: Chance; merchant: MerchantSetup; touch(): void };

const triesMax = 4;
const retryMs = minuteMs;
const answerTimeoutMs = 5_000;
const blockBytes = 32;
/** The account's own id, which mini-programs never meet elsewhere. */
const accountId = 'gh_51de00000000';

export function createPushes(parts: PushParts): Pushes {
  const { world, clock, chance, merchant } = parts;
  const flights = new Set<Promise<unknown>>();

  async function attempt(push: Push): Promise<boolean> {
    push.tries += 1;
    const sealed = seal(parts, push.body);
    const status = await post(sealed.url, sealed.body);
    push.status = status;
    push.state = status === 200 ? 'delivered' : push.tries < triesMax ? 'scheduled' : 'exhausted';
    if (push.state === 'scheduled') clock.at({ at: clock.now() + retryMs, kind: 'push', ref: push.id });
    else clock.forget('push', push.id);
    parts.touch();
    return push.state === 'delivered';
  }

  function track<T>(work: Promise<T>): Promise<T> {
    flights.add(work);
    void work.finally(() => flights.delete(work));
    return work;
  }

  return {
    send(event, facts) {
      if (merchant.pushUrl === null) return;
      const createdAt = Math.floor(clock.now() / 1000);
      const message = { ToUserName: accountId, FromUserName: accountId, CreateTime: createdAt, MsgType: 'event' };
      const push: Push = {
        id: `PUSH-${chance.hex(16)}`,
        event,
        body: JSON.stringify({ ...message, Event: event, ...facts }),
        state: 'scheduled',
        tries: 0,
        status: null,
        createdAt: clock.now(),
      };
      world.pushes.set(push.id, push);
      for (const old of world.pushes.keys()) if (world.pushes.size > pushesMax) world.pushes.delete(old);
      void track(attempt(push));
    },
    async ring(pushId) {
      const push = world.pushes.get(pushId);
      if (push?.state === 'scheduled') await track(attempt(push));
    },
    again: async (pushId) => {
      const push = world.pushes.get(pushId);
      return push !== undefined && track(attempt(push));
    },
    async settle() {
      while (flights.size > 0) await Promise.allSettled(flights);
    },
  };
}

/** 16 random bytes, the length, the message, the appid, padded to 32 bytes; signed together with its ciphertext. */
function seal({ clock, chance, merchant }: PushParts, text: string): { url: string; body: string } {
  const key = Buffer.from(`${merchant.pushAesKey}=`, 'base64');
  const message = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  const plain = Buffer.concat([Buffer.from(chance.letters(16)), length, message, Buffer.from(merchant.appid)]);
  const pad = blockBytes - (plain.length % blockBytes);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16));
  cipher.setAutoPadding(false);
  const encrypted = Buffer.concat([
    cipher.update(Buffer.concat([plain, Buffer.alloc(pad, pad)])),
    cipher.final(),
  ]).toString('base64');
  const timestamp = String(Math.floor(clock.now() / 1000));
  const nonce = chance.digits(9);
  const sign = (parts: string[]) =>
    createHash('sha1')
      .update(parts.toSorted((a, b) => (a < b ? -1 : 1)).join(''))
      .digest('hex');
  const query = new URLSearchParams({
    signature: sign([merchant.pushToken, timestamp, nonce]),
    timestamp,
    nonce,
    openid: accountId,
    encrypt_type: 'aes',
    msg_signature: sign([merchant.pushToken, timestamp, nonce, encrypted]),
  });
  return {
    url: `${merchant.pushUrl}?${query}`,
    body: JSON.stringify({ ToUserName: accountId, Encrypt: encrypted }),
  };
}

/** The status, or null when nobody answered in time. WeChat wants `success` or nothing. */
function post(url: string, body: string): Promise<number | null> {
  const { promise, resolve } = Promise.withResolvers<number | null>();
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  const sent = send(url, {
    method: 'POST',
    agent: false,
    signal: AbortSignal.timeout(answerTimeoutMs),
    headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) },
  });
  sent.on('error', () => resolve(null));
  sent.on('response', (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', () => resolve(null));
    response.on('end', () => {
      const said = Buffer.concat(chunks).toString('utf8').trim();
      const isWell = response.statusCode === 200 && (said === '' || said === 'success');
      resolve(isWell ? 200 : response.statusCode === 200 ? 0 : (response.statusCode ?? null));
    });
  });
  sent.end(body);
  return promise;
}
