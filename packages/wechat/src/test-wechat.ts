// For tests only: a WeChat held in the hand, with fresh keys, real certificates and real HTTP, signing by another library.
import { generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { Aes, Formatter, Rsa } from 'wechatpay-axios-plugin';
import { createPayClient } from './pay.ts';
import type { PayConfig } from './pay.config.ts';

export const NOON = new Date('2026-03-01T12:00:00+08:00');
export const API_V3_KEY = 'a-test-key-of-thirty-two-bytes-!';
export const MCHID = '1900000109';
export const APPID = 'wx0000000000000001';
export const PUBLIC_KEY_ID = 'PUB_KEY_ID_0119000001092026030100000001';

export type KeyPair = { privateKey: KeyObject; publicKey: KeyObject; privatePem: string; publicPem: string };

export function keyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    privateKey,
    publicKey,
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** Node reads certificates but cannot make them, so here is the little DER that one needs. */
export function certificatePem(pair: KeyPair, serialNo: string, from = '2026-01-01', to = '2031-01-01'): string {
  const der = (tag: number, ...parts: Buffer[]): Buffer => {
    const content = Buffer.concat(parts);
    const length = content.length;
    const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
    return Buffer.concat([Buffer.from([tag, ...head]), content]);
  };
  const utc = (day: string) => der(0x17, Buffer.from(`${day.slice(2).replaceAll('-', '')}000000Z`));
  const algorithm = Buffer.from('300d06092a864886f70d01010b0500', 'hex');
  const name = der(0x30, der(0x31, der(0x30, Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from('Test')))));
  const serial = Buffer.from(serialNo, 'hex');
  const integer = (serial[0] ?? 0) > 127 ? Buffer.concat([Buffer.from([0]), serial]) : serial;
  const body = der(
    0x30,
    Buffer.from('a003020102', 'hex'),
    der(0x02, integer),
    algorithm,
    name,
    der(0x30, utc(from), utc(to)),
    name,
    pair.publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, pair.privateKey));
  const lines =
    der(0x30, body, algorithm, signature)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** Seals text with the APIv3 key as WeChat does. */
export function seal(plaintext: string, associatedData: string, key = API_V3_KEY) {
  const nonce = 'abcdefghijkl';
  const ciphertext = Aes.AesGcm.encrypt(plaintext, key, nonce, associatedData);
  return { algorithm: 'AEAD_AES_256_GCM', nonce, associated_data: associatedData, ciphertext };
}

export type Stamp = { key: KeyObject; serial: string; at?: Date; signature?: string };

/** The four headers of an authentic answer or notice. */
export function stampHeaders(body: string, stamp: Stamp): Record<string, string> {
  const timestamp = String(Math.floor((stamp.at ?? NOON).getTime() / 1000));
  const nonce = Formatter.nonce();
  const signature = stamp.signature ?? Rsa.sign(Formatter.response(timestamp, nonce, body), stamp.key);
  return {
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Nonce': nonce,
    'Wechatpay-Signature': signature,
    'Wechatpay-Serial': stamp.serial,
    'Request-ID': '08F1-TEST-268435456',
  };
}

export type Heard = { method: string; target: string; headers: IncomingHttpHeaders; body: string };
export type Reply = (response: ServerResponse, heard: Heard) => void;

/** An authentic answer. */
export function signed(value: unknown, stamp: Stamp, status = 200): Reply {
  const body = value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return (response) => void response.writeHead(status, stampHeaders(body, stamp)).end(body);
}
/** An unsigned answer, as all errors are. */
export function plain(status: number, body: unknown = ''): Reply {
  return (response) => void response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
}
export const hangUp: Reply = (response) => void response.socket?.destroy();
export const silence: Reply = () => {};

export type TestWechat = {
  origin: string;
  heard: Heard[];
  /** What the next calls get, in order. A call too many is answered 418, which no test expects. */
  will(...replies: Reply[]): void;
  close(): Promise<void>;
};

export async function openTestWechat(): Promise<TestWechat> {
  const heard: Heard[] = [];
  const replies: Reply[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const entry = { method, target: url, headers, body: Buffer.concat(chunks).toString('utf8') };
      heard.push(entry);
      (replies.shift() ?? plain(418))(response, entry);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    origin: `http://127.0.0.1:${port}`,
    heard,
    will: (...more) => void replies.push(...more),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const merchant = keyPair();
export const platform = keyPair();
export const stranger = keyPair();
export const MERCHANT_SERIAL = '0C4AEF34B89340881BB2B25226393DC2E47F094B';
/** Signs as the WeChat Pay public key does. */
export const byPublicKey: Stamp = { key: platform.privateKey, serial: PUBLIC_KEY_ID };

export function payConfig(over: Partial<PayConfig> = {}): PayConfig {
  return {
    mchid: MCHID,
    appid: APPID,
    serialNo: MERCHANT_SERIAL,
    privateKeyPem: merchant.privatePem,
    apiV3Key: API_V3_KEY,
    baseUrl: 'http://127.0.0.1:9',
    publicKey: { id: PUBLIC_KEY_ID, pem: platform.publicPem },
    notifyUrls: {
      pay: 'https://shop.example/wechat/pay/notify',
      refund: 'https://shop.example/wechat/refund/notify',
      transfer: 'https://shop.example/wechat/transfer/notify',
    },
    now: () => NOON,
    retryPauseMs: 1,
    ...over,
  };
}

export function payClient(wechat: TestWechat, over: Partial<PayConfig> = {}) {
  return createPayClient(payConfig({ baseUrl: wechat.origin, ...over }));
}

/** A paid transaction as WeChat writes it, with a field that nobody announced. */
export function paidTransaction(over: Record<string, unknown> = {}) {
  return {
    mchid: MCHID,
    appid: APPID,
    out_trade_no: '20260301000000000001',
    transaction_id: '4200000000202603010000000001',
    trade_type: 'JSAPI',
    trade_state: 'SUCCESS',
    trade_state_desc: '支付成功',
    bank_type: 'OTHERS',
    attach: '',
    success_time: '2026-03-01T11:59:30+08:00',
    payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
    amount: { total: 19900, payer_total: 18900, currency: 'CNY', payer_currency: 'CNY' },
    announced_by_nobody: { deep: [1, 2, 3] },
    ...over,
  };
}

export function refundAnswer(over: Record<string, unknown> = {}) {
  return {
    refund_id: '50300000002026030100000000001',
    out_refund_no: 'R20260301000000000001',
    transaction_id: '4200000000202603010000000001',
    out_trade_no: '20260301000000000001',
    channel: 'ORIGINAL',
    user_received_account: '支付用户零钱',
    create_time: '2026-03-01T12:00:00+08:00',
    status: 'PROCESSING',
    amount: { total: 19900, refund: 5000, payer_total: 18900, payer_refund: 4749, currency: 'CNY' },
    ...over,
  };
}
