// The post office: seals and signs a notice, carries it over HTTP, writes down what the shop answered.
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Chance } from './chance.ts';
import { chinaTime, type SimClock } from './clock.ts';
import { gcmSeal } from './crypto.ts';
import type { Platform } from './platform.ts';
import type { DeliveryView, MerchantSetup } from './surface.ts';
import { deliveriesMax, type Delivery, type Notice, type World } from './world.ts';

export type Parcel = { body: string; headers: Record<string, string>; serial: string };

export type Mail = {
  /** A notice, sealed and signed, that was not sent yet. Forgeries start from it. */
  pack(notice: Notice): Parcel;
  /** One HTTP POST, logged. */
  post(notice: Notice, parcel: Parcel, flavour: DeliveryView['flavour']): Promise<Delivery>;
};

type MailParts = {
  world: World;
  clock: SimClock;
  chance: Chance;
  merchant: MerchantSetup;
  platform: Platform;
  touch(): void;
};

export function createMail(parts: MailParts): Mail {
  const { world, clock, platform } = parts;

  function pack(notice: Notice): Parcel {
    const body = seal(parts, notice);
    const signer = platform.signer();
    return { body, headers: platform.sign(body, signer), serial: signer.serial };
  }

  async function post(notice: Notice, parcel: Parcel, flavour: DeliveryView['flavour']): Promise<Delivery> {
    const sentAt = clock.now();
    const headers = { ...parcel.headers, 'Request-ID': requestId(parts.chance) };
    const result = await sendParcel(notice.url, parcel.body, headers, parts.merchant.noticeTimeoutMs);
    const delivery: Delivery = {
      noticeId: notice.id,
      eventType: notice.eventType,
      subject: notice.subject,
      flavour,
      try: flavour === 'genuine' ? (notice.tries += 1) : 0,
      at: sentAt,
      url: notice.url,
      ok: result.status === 200 || result.status === 204,
      serial: parcel.serial,
      ...result,
    };
    world.deliveries.push(delivery);
    if (world.deliveries.length > deliveriesMax) world.deliveries.shift();
    parts.touch();
    return delivery;
  }

  return { pack, post };
}

/** Every try carries the same id and creation time, and a newly encrypted resource. */
function seal(parts: Pick<MailParts, 'chance' | 'merchant'>, notice: Notice): string {
  const nonce = parts.chance.letters(12);
  return JSON.stringify({
    id: notice.id,
    create_time: chinaTime(notice.createdAt),
    resource_type: 'encrypt-resource',
    event_type: notice.eventType,
    summary: notice.summary,
    resource: {
      original_type: notice.originalType,
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext: gcmSeal(parts.merchant.apiV3Key, nonce, notice.originalType, notice.resource),
      associated_data: notice.originalType,
      nonce,
    },
  });
}

export function requestId(chance: Chance): string {
  return `08${chance.hex(30)}-268${chance.digits(6)}`;
}

type SendResult = { status: number | null; answer: string; failure: string | null };

const answerCharsMax = 500;

/** Redirects are not followed: WeChat counts them as failures. */
function sendParcel(
  url: string,
  body: string,
  headers: Record<string, string>,
  timeoutMs: number,
): Promise<SendResult> {
  const { promise, resolve } = Promise.withResolvers<SendResult>();
  const fail = (error: Error): void => resolve({ status: null, answer: '', failure: error.message });
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  const sent = send(url, {
    method: 'POST',
    agent: false,
    signal: AbortSignal.timeout(timeoutMs),
    headers: {
      ...headers,
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
      Accept: '*/*',
      'User-Agent': 'Mozilla/4.0',
    },
  });
  sent.on('error', fail);
  sent.on('response', (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', fail);
    response.on('end', () => {
      const answer = Buffer.concat(chunks).toString('utf8').slice(0, answerCharsMax);
      resolve({ status: response.statusCode ?? null, answer, failure: null });
    });
  });
  sent.end(body);
  return promise;
}
