// A town for tests: a simulator, a shop that hears its notices, and an independent client (wechatpay-axios-plugin) as oracle.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { createSim, type Sim, type SimOptions } from '../src/index.ts';

type Reply = { status: number; data: Record<string, unknown>; headers: Record<string, string> };
type Axios = { request(config: object): Promise<Reply> };

/** The parts of the oracle that we use. It shares no code with us. */
type Oracle = {
  Decorator: new (config: object) => { v3: Axios };
  Rsa: {
    sign(message: string, key: string): string;
    verify(message: string, signature: string, key: unknown): boolean;
    encrypt(plain: string, key: unknown): string;
    decrypt(sealed: string, key: unknown): string;
    from(pem: string, type: 'public' | 'private'): unknown;
  };
  Aes: { AesGcm: { decrypt(sealed: string, key: string, iv: string, aad?: string): string } };
  Formatter: {
    request(method: string, uri: string, timestamp: string, nonce: string, body?: string): string;
    response(timestamp: string, nonce: string, body?: string): string;
    authorization(mchid: string, nonce: string, signature: string, timestamp: string, serial: string): string;
    nonce(size?: number): string;
    joinedByLineFeed(...pieces: string[]): string;
  };
};

export const oracle = createRequire(import.meta.url)('wechatpay-axios-plugin') as Oracle;

export type Heard = {
  headers: Record<string, string>;
  body: string;
  envelope: Envelope;
  plain: Record<string, unknown>;
  genuine: boolean;
};
export type Envelope = {
  id: string;
  event_type: string;
  resource: { original_type: string; ciphertext: string; associated_data: string; nonce: string };
};

export type Town = Awaited<ReturnType<typeof town>>;

export async function town(options: SimOptions = {}) {
  const sim = await createSim({ seed: 7, ...options });
  const shop = await openShop(sim);
  const certs = {
    [sim.credentials.platformPublicKeyId]: sim.credentials.platformPublicKey,
    [sim.credentials.platformSerialNo]: sim.credentials.platformCertificate,
    [sim.credentials.nextPlatformSerialNo]: sim.credentials.nextPlatformCertificate,
  };
  const client = clientOf(sim, certs);

  /** Any status is an answer; a failed verification of ours throws the oracle's `EV3_...` code. */
  async function call(method: 'GET' | 'POST', path: string, body?: object, more: object = {}): Promise<Reply> {
    // The oracle's client lives in real time; when the town's clock has left it, we sign by hand.
    if (Math.abs(sim.control.clock.now().getTime() - performance.timeOrigin - performance.now()) > 200_000)
      return callByTownClock(sim, method, path, body);
    try {
      return await client.request({ method, url: path.replace(/^\//, ''), data: body, timeout: 3_000, ...more });
    } catch (error) {
      const { code = '', response } = error as { code?: string; response?: Reply };
      if (response === undefined || code.startsWith('EV3')) throw error;
      return response;
    }
  }

  async function close(): Promise<void> {
    await sim.close();
    await shop.close();
  }

  return { sim, control: sim.control, shop, certs, call, close, ...tradeIn(sim, shop.url, call) };
}

export function clientOf(sim: Sim, certs: Record<string, string>, more: object = {}): Axios {
  const { mchid, merchantSerialNo, merchantPrivateKey } = sim.credentials;
  const config = {
    baseURL: sim.url,
    proxy: false,
    mchid,
    serial: merchantSerialNo,
    privateKey: merchantPrivateKey,
    certs,
    ...more,
  };
  return new oracle.Decorator(config).v3;
}

/** Signs like a merchant, but lets the test bend any part. */
export function authorize(
  sim: Sim,
  request: { method: string; target: string; body?: string; at?: number },
  bend: Record<string, string> = {},
): string {
  const timestamp = bend.timestamp ?? String(Math.floor((request.at ?? sim.control.clock.now().getTime()) / 1000));
  const nonce = bend.nonce ?? oracle.Formatter.nonce();
  const message = oracle.Formatter.request(request.method, request.target, timestamp, nonce, request.body ?? '');
  const signature = bend.signature ?? oracle.Rsa.sign(message, sim.credentials.merchantPrivateKey);
  const { mchid, merchantSerialNo } = sim.credentials;
  return oracle.Formatter.authorization(
    bend.mchid ?? mchid,
    nonce,
    signature,
    timestamp,
    bend.serial ?? merchantSerialNo,
  );
}

type Call = (method: 'GET' | 'POST', path: string, body?: object, more?: object) => Promise<Reply>;

/** What a shop does with orders, in a test's few words. */
function tradeIn(sim: Sim, shopUrl: string, call: Call) {
  let made = 0;

  function orderBody(more: object = {}): Record<string, unknown> {
    made += 1;
    return {
      appid: sim.credentials.appid,
      mchid: sim.credentials.mchid,
      description: '手工陶瓷杯',
      out_trade_no: `T${String(made).padStart(19, '0')}`,
      notify_url: `${shopUrl}/pay`,
      amount: { total: 9_900 },
      ...more,
    };
  }

  const payer = () => sim.control.person('p2');
  const jsapi = (more: object = {}) => orderBody({ payer: { openid: payer().openid }, ...more });
  const prepay = (body: object, kind = 'jsapi') => call('POST', `/v3/pay/transactions/${kind}`, body);

  /** An order that exists and is unpaid. */
  async function placed(more: object = {}): Promise<string> {
    const body = jsapi(more);
    const { status, data } = await prepay(body);
    if (status !== 200) throw new Error(`prepay: ${status} ${JSON.stringify(data)}`);
    return String(body.out_trade_no);
  }

  /** A paid order whose notice was accepted. */
  async function paid(more: object = {}): Promise<string> {
    const number = await placed(more);
    await sim.control.pay(number);
    await sim.control.settle();
    return number;
  }

  const query = (number: string) =>
    call('GET', `/v3/pay/transactions/out-trade-no/${number}?mchid=${sim.credentials.mchid}`);
  const closing = (number: string) =>
    call('POST', `/v3/pay/transactions/out-trade-no/${number}/close`, { mchid: sim.credentials.mchid });
  const refunding = (outTradeNo: string, outRefundNo: string, refund: number, more: object = {}) =>
    call('POST', '/v3/refund/domestic/refunds', {
      out_trade_no: outTradeNo,
      out_refund_no: outRefundNo,
      notify_url: `${shopUrl}/refund`,
      amount: { refund, total: 9_900, currency: 'CNY' },
      ...more,
    });

  return { orderBody, jsapi, prepay, placed, paid, query, closing, refunding, payer };
}

async function callByTownClock(sim: Sim, method: string, path: string, body?: object): Promise<Reply> {
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers = {
    Authorization: authorize(sim, { method, target: path, body: text }),
    Accept: 'application/json',
    'User-Agent': 'town',
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
  };
  const answer = await fetch(`${sim.url}${path}`, { method, headers, ...(body === undefined ? {} : { body: text }) });
  const told = await answer.text();
  const data = (told === '' ? {} : JSON.parse(told)) as Record<string, unknown>;
  return { status: answer.status, data, headers: Object.fromEntries(answer.headers) };
}

async function openShop(sim: Sim) {
  const heard: Heard[] = [];
  let answer: (heard: Heard) => number = () => 200;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const notice = readNotice(sim, request.headers as Record<string, string>, Buffer.concat(chunks).toString('utf8'));
      heard.push(notice);
      const status = answer(notice);
      if (status > 0) response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    /** How the shop answers; 0 leaves the caller waiting. */
    answers(with_: number | ((heard: Heard) => number)) {
      answer = typeof with_ === 'number' ? () => with_ : with_;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Verifies and decrypts by the oracle, with the simulator's own clock as local time. */
function readNotice(sim: Sim, headers: Record<string, string>, body: string): Heard {
  const { credentials } = sim;
  const keys: Record<string, string> = {
    [credentials.platformPublicKeyId]: credentials.platformPublicKey,
    [credentials.platformSerialNo]: credentials.platformCertificate,
    [credentials.nextPlatformSerialNo]: credentials.nextPlatformCertificate,
  };
  const timestamp = headers['wechatpay-timestamp'] ?? '';
  const key = keys[headers['wechatpay-serial'] ?? ''];
  const message = oracle.Formatter.response(timestamp, headers['wechatpay-nonce'] ?? '', body);
  const fresh = Math.abs(sim.control.clock.now().getTime() / 1000 - Number(timestamp)) < 300;
  const signature = headers['wechatpay-signature'] ?? '';
  const signed = key !== undefined && oracle.Rsa.verify(message, signature, oracle.Rsa.from(key, 'public'));
  const envelope = JSON.parse(body) as Envelope;
  return { headers, body, envelope, plain: decrypted(credentials.apiV3Key, envelope), genuine: fresh && signed };
}

function decrypted(apiV3Key: string, { resource }: Envelope): Record<string, unknown> {
  try {
    return JSON.parse(
      oracle.Aes.AesGcm.decrypt(resource.ciphertext, apiV3Key, resource.nonce, resource.associated_data),
    ) as Record<string, unknown>;
  } catch {
    return { undecipherable: true };
  }
}
