// Starts a simulator: wires its parts by hand, listens, and hands out the credentials and the control verbs.
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { sendAnswer, type Waiting } from './answer.ts';
import { createChance } from './chance.ts';
import { createClock } from './clock.ts';
import { createControl, openBooks } from './control.ts';
import { mountControl } from './control.http.ts';
import { demoAccounts, demoMerchantCertificate, demoMerchantPrivateKey } from './demo-keys.ts';
import { createFaults, type Faults } from './faults.ts';
import type { Ground } from './ground.ts';
import { createLedger } from './ledger.ts';
import { createMail } from './mail.ts';
import { createMiniDoor } from './mini.door.ts';
import { createNotices } from './notices.ts';
import { createPayDoor } from './pay.door.ts';
import { createPayGate, type PayGate } from './pay.gate.ts';
import { createPeople } from './people.ts';
import { createPlatform, nextPlatformCertificate, platformCertificate, platformPublicKey } from './platform.ts';
import { createPushes } from './pushes.ts';
import { ringRefund } from './refunds.ts';
import { confirmReceipt, ringReminder, settleOrder } from './shipping.ts';
import { ringTransfer } from './transfers.ts';
import type { Credentials, MerchantSetup, Sim, SimOptions } from './surface.ts';
import { mountWeb } from './web.ts';
import { emptyWorld, type AgendaItem } from './world.ts';
import { createWorldStore, readWorld } from './world.store.ts';

const bodyBytesMax = 1024 * 1024;

function demoMerchant(): MerchantSetup {
  const { appid, appSecret, oaAppid, oaAppSecret, mchid, merchantName, merchantSerialNo, apiV3Key } = demoAccounts;
  return {
    appid,
    appSecret,
    oaAppid,
    oaAppSecret,
    mchid,
    merchantName,
    merchantSerialNo,
    merchantCertificate: demoMerchantCertificate,
    merchantPrivateKey: demoMerchantPrivateKey,
    apiV3Key,
    feeBps: 0,
    openingAvailableFen: 10_000_000,
    openingUnsettledFen: 0,
    domains: [],
    plainNoticeHosts: [],
    refundDelayMs: 2_000,
    transferLockMs: 0,
    transferDelayMs: 1_000,
    transferMaxFen: 5_000_000,
    transferScenes: ['1000', '1005', '1011'],
    noticeTimeoutMs: 5_000,
    signing: 'public_key',
    pushUrl: null,
    pushToken: demoAccounts.pushToken,
    pushAesKey: demoAccounts.pushAesKey,
    tradeManaged: true,
  };
}

/** Starts a pretend WeChat on its own port. Several may run side by side; each has its own world. */
export async function createSim(options: SimOptions = {}): Promise<Sim> {
  const merchant = { ...demoMerchant(), ...options.merchant };
  const stateDir = options.stateDir ?? null;
  const saved = readWorld(stateDir);
  // A world of an older simulator knows less than today's: what it lacks begins empty.
  const world = { ...emptyWorld(merchant.signing), ...saved };
  const store = createWorldStore(world, stateDir);
  const chance = createChance(options.seed);
  const clock = createClock({ world, mode: options.clock ?? 'real', startAt: options.startAt, onTick: options.onTick });
  const platform = createPlatform(world, clock, chance, merchant);
  const ledger = createLedger(world);
  let publicUrl = options.publicUrl ?? '';
  const people = createPeople({ world, clock, chance, ledger, merchant, publicUrl: () => publicUrl });
  const mail = createMail({ world, clock, chance, merchant, platform, touch: store.touch });
  const notices = createNotices({ world, clock, chance, mail, touch: store.touch });
  const pushes = createPushes({ world, clock, chance, merchant, touch: store.touch });
  const ground: Ground = {
    world,
    clock,
    chance,
    merchant,
    platform,
    ledger,
    people,
    notices,
    pushes,
    bills: new Map(),
    touch: store.touch,
    publicUrl: () => publicUrl,
  };
  const faults = createFaults(chance);
  notices.drift(faults.noticeMode);
  const gate = createPayGate(ground);
  const control = createControl({ ground, faults, gate });
  if (saved === null) openBooks(ground);
  else people.reindex();
  clock.start(async (item) => {
    await ring(ground, item);
    await notices.settle();
    await pushes.settle();
  });

  const waiting: Waiting = new Set();
  const app = serve({ ground, gate, faults, waiting });
  mountWeb(app, { ground, control, access: options.controlAccess ?? 'loopback' });
  mountControl(app, control, options.controlAccess ?? 'loopback');
  await app.listen({ port: options.port ?? 0, host: options.host ?? '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  publicUrl = (options.publicUrl ?? url).replace(/\/$/, '');

  async function close(): Promise<void> {
    clock.stop();
    for (const timer of waiting) clearTimeout(timer);
    await app.close();
    await notices.settle();
    await pushes.settle();
    store.flush();
  }

  return { url, publicUrl, credentials: credentialsOf(merchant), control, close };
}

/** What is due now. */
async function ring(ground: Ground, { kind, ref }: AgendaItem): Promise<void> {
  if (kind === 'notice') await ground.notices.ring(ref);
  else if (kind === 'push') await ground.pushes.ring(ref);
  else if (kind === 'refund') ringRefund(ground, ref);
  else if (kind === 'transfer') ringTransfer(ground, ref);
  else if (kind === 'remind-shipping') ringReminder(ground, ref);
  else if (kind === 'confirm-receipt') confirmReceipt(ground, ref, 'calendar');
  else settleOrder(ground, ref);
}

type Parts = { ground: Ground; gate: PayGate; faults: Faults; waiting: Waiting };

/** Both WeChat hosts. The bodies stay bytes, because signatures cover bytes. */
function serve({ ground, gate, faults, waiting }: Parts): FastifyInstance {
  const app = Fastify({ bodyLimit: bodyBytesMax, forceCloseConnections: true, logger: false });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const pay = createPayDoor(ground, gate, faults);
  const mini = createMiniDoor(ground, faults);
  const rawOf = (request: FastifyRequest) => ({
    method: request.method,
    target: request.raw.url ?? '/',
    headers: request.headers,
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  });
  for (const path of ['/v3/*', '/sns/*', '/cgi-bin/*', '/wxa/*'])
    app.all(path, (request, reply) => {
      const { answer, fault } = (path === '/v3/*' ? pay : mini)(rawOf(request));
      sendAnswer(reply, answer, fault, waiting);
    });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send());
  return app;
}

function credentialsOf(merchant: MerchantSetup): Credentials {
  return {
    appid: merchant.appid,
    secret: merchant.appSecret,
    oaAppid: merchant.oaAppid,
    oaSecret: merchant.oaAppSecret,
    mchid: merchant.mchid,
    merchantName: merchant.merchantName,
    merchantSerialNo: merchant.merchantSerialNo,
    merchantPrivateKey: merchant.merchantPrivateKey,
    merchantCertificate: merchant.merchantCertificate,
    apiV3Key: merchant.apiV3Key,
    pushToken: merchant.pushToken,
    pushAesKey: merchant.pushAesKey,
    platformPublicKeyId: demoAccounts.platformPublicKeyId,
    platformPublicKey,
    platformSerialNo: demoAccounts.platformSerialNo,
    platformCertificate,
    nextPlatformSerialNo: demoAccounts.nextPlatformSerialNo,
    nextPlatformCertificate,
  };
}
