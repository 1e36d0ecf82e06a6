// The pages over HTTP: cashier, QR code, web login, home, and the assets they need.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { toString as drawQr } from 'qrcode';
import { bridgeScript, homeScript, resultScript, styleSheet } from './assets.ts';
import {
  decide,
  openH5,
  openScanned,
  openSigned,
  openTransfer,
  withParams,
  type CashierResult,
  type Counter,
  type Opened,
} from './cashier.ts';
import { mayControl } from './control.http.ts';
import { isRegisteredDomain, type Ground } from './ground.ts';
import { homePage } from './home.ts';
import {
  avatarSvg,
  cashierPage,
  loginPage,
  qrPage,
  receivedPage,
  refusalPage,
  resultPage,
  transferPage,
} from './pages.ts';
import { userAccount } from './ledger.ts';
import type { Control, SimOptions } from './surface.ts';
import { confirmTransfer, receiver } from './transfers.ts';
import { SimRefusal } from './world.ts';

type WebParts = { ground: Ground; control: Control; access: NonNullable<SimOptions['controlAccess']> };

/** Pages that may hold the cashier in a frame: this machine's, and those of the merchant's registered domains. */
const loopbackFramers = ['localhost', '127.0.0.1'];
const peopleShownMax = 40;

export function mountWeb(app: FastifyInstance, parts: WebParts): void {
  mountAssets(app, parts.ground);
  mountCashier(app, parts.ground);
  mountTransfers(app, parts.ground);
  mountLogin(app, parts.ground);
  app.get('/', (request, reply) => {
    const { ground, control, access } = parts;
    const may = mayControl(access, request.socket.remoteAddress ?? '');
    const words = { public_key: '微信支付公钥', certificate: '平台证书', mixed: '切换中' } as const;
    const facts = {
      control,
      mayControl: may,
      merchantName: ground.merchant.merchantName,
      publicUrl: ground.publicUrl(),
    };
    return page(ground, reply, homePage({ ...facts, signing: words[ground.world.signing] }));
  });
}

function mountAssets(app: FastifyInstance, ground: Ground): void {
  const script = (reply: FastifyReply, body: string) => reply.type('text/javascript; charset=utf-8').send(body);
  app.get('/assets/sim.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(styleSheet));
  app.get('/assets/result.js', (_request, reply) => script(reply, resultScript));
  app.get('/assets/home.js', (_request, reply) => script(reply, homeScript));
  app.get('/__sim/wechat-bridge.js', (_request, reply) => script(reply, bridgeScript(ground.publicUrl())));
  app.get<{ Params: { file: string } }>('/avatar/:file', (request, reply) => {
    const person = ground.world.people.get(request.params.file.replace(/\.svg$/, ''));
    return person === undefined ? reply.code(404).send() : reply.type('image/svg+xml').send(avatarSvg(person));
  });
}

function mountCashier(app: FastifyInstance, ground: Ground): void {
  app.get('/cashier/jsapi', (request, reply) => {
    const params = queryOf(request);
    return showCounter(ground, reply, openSigned(ground, params), safeBack(ground, params.get('redirect_url')));
  });
  app.get('/cashier/native', (request, reply) => {
    const params = queryOf(request);
    return showCounter(
      ground,
      reply,
      openScanned(ground, params.get('code_url') ?? ''),
      safeBack(ground, params.get('redirect_url')),
    );
  });
  app.get('/cgi-bin/mmpayweb-bin/checkmweb', (request, reply) => {
    const params = queryOf(request);
    const referer = request.headers.referer ?? '';
    const visit = {
      params,
      referer,
      userAgent: request.headers['user-agent'] ?? '',
      ip: request.socket.remoteAddress ?? '',
    };
    return showCounter(ground, reply, openH5(ground, visit), safeBack(ground, params.get('redirect_url') ?? referer));
  });
  app.get('/qr', async (request, reply) => {
    const codeUrl = queryOf(request).get('code_url') ?? '';
    const opened = openScanned(ground, codeUrl);
    if ('refusal' in opened) return page(ground, reply, refusalPage(opened.refusal, null));
    const svg = await drawQr(codeUrl, { type: 'svg', margin: 1, errorCorrectionLevel: 'M' });
    const { totalFen: amountFen, description } = opened.order;
    return page(
      ground,
      reply,
      qrPage({ svg, codeUrl, amountFen, description, merchantName: ground.merchant.merchantName }),
    );
  });
  app.post('/cashier/decide', (request, reply) => settleCounter(ground, request, reply));
}

/** Where a person confirms a transfer: `wx.requestMerchantTransfer` opens it. */
function mountTransfers(app: FastifyInstance, ground: Ground): void {
  const { merchantName } = ground.merchant;
  app.get('/cashier/transfer', (request, reply) => {
    const params = queryOf(request);
    const back = safeBack(ground, params.get('redirect_url'));
    const opened = openTransfer(ground, params);
    if ('refusal' in opened) return page(ground, reply, refusalPage(opened.refusal, back));
    const hidden = {
      mchId: ground.merchant.mchid,
      appId: opened.appid,
      package: opened.packageInfo ?? '',
      redirect_url: back ?? '',
    };
    return page(
      ground,
      reply,
      transferPage({ transfer: opened, receiver: receiver(ground, opened), merchantName, hidden }),
    );
  });
  app.post('/cashier/transfer', (request, reply) => {
    const form = formOf(request);
    const back = safeBack(ground, form.get('redirect_url'));
    const opened = openTransfer(ground, form);
    if ('refusal' in opened) return page(ground, reply, refusalPage(opened.refusal, back));
    if (form.get('result') !== 'ok') {
      const away = back === null ? null : withParams(back, { result: 'cancel' });
      return away === null
        ? page(ground, reply, resultPage({ result: 'cancel', amountFen: 0, merchantName, back }))
        : reply.redirect(away, 303);
    }
    const { state } = confirmTransfer(ground, opened);
    return page(ground, reply, receivedPage({ state, merchantName, back }));
  });
}

const formOf = (request: FastifyRequest): URLSearchParams =>
  new URLSearchParams(Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '');

function showCounter(ground: Ground, reply: FastifyReply, opened: Opened, back: string | null): FastifyReply {
  if ('refusal' in opened) return page(ground, reply, refusalPage(opened.refusal, back));
  return page(
    ground,
    reply,
    cashierPage({
      counter: opened satisfies Counter,
      merchantName: ground.merchant.merchantName,
      back,
      people: shownPeople(ground),
      walletFen: ground.ledger.balance(userAccount(opened.payer.id)),
    }),
  );
}

/** The payer pressed a button. Success is shown for a moment; cancel and failure go straight back. */
function settleCounter(ground: Ground, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const form = formOf(request);
  const given = safeBack(ground, form.get('redirect_url'));
  const result = readResult(form.get('result'));
  try {
    const order = decide(ground, form.get('prepay_id') ?? '', result, form.get('person') ?? '');
    // H5 returns to the bare address: the shop has to ask, not to believe.
    const back = given === null || order.kind === 'h5' ? given : withParams(given, { result });
    if (result !== 'ok' && back !== null) return reply.redirect(back, 303);
    return page(
      ground,
      reply,
      resultPage({ result, amountFen: order.totalFen, merchantName: ground.merchant.merchantName, back }),
    );
  } catch (error) {
    if (!(error instanceof SimRefusal)) throw error;
    return page(ground, reply, refusalPage(error.message, given));
  }
}

function readResult(text: string | null): CashierResult {
  return text === 'ok' || text === 'fail' ? text : 'cancel';
}

/** Only back to where the merchant lives: a cashier is no open door. */
function safeBack(ground: Ground, address: string | null): string | null {
  return address !== null && address !== '' && isRegisteredDomain(ground.merchant, address) ? address : null;
}

function mountLogin(app: FastifyInstance, ground: Ground): void {
  const show = (request: FastifyRequest, reply: FastifyReply) => {
    const params = queryOf(request);
    const refusal = whyNoLogin(ground, params);
    if (refusal !== null) return page(ground, reply.code(400), refusalPage(refusal, null));
    const hidden = Object.fromEntries(
      ['appid', 'redirect_uri', 'state', 'scope']
        .filter((name) => params.has(name))
        .map((name) => [name, params.get(name) ?? '']),
    );
    return page(ground, reply, loginPage({ title: ground.merchant.merchantName, people: shownPeople(ground), hidden }));
  };
  app.get('/connect/oauth2/authorize', show);
  app.get('/__sim/login', show);
  app.get('/connect/oauth2/confirm', (request, reply) => {
    const params = queryOf(request);
    const refusal = whyNoLogin(ground, params);
    const person = ground.people.find(params.get('person') ?? '');
    if (refusal !== null || person === null)
      return page(ground, reply.code(400), refusalPage(refusal ?? '没有这个人', null));
    const { appid, oaAppid } = ground.merchant;
    const forMini = params.get('appid') === appid;
    const scope = params.get('scope') ?? 'snsapi_userinfo';
    const code = ground.people.code(forMini ? 'login' : 'oauth', person, forMini ? appid : oaAppid, scope);
    ground.touch();
    const target = withParams(params.get('redirect_uri') ?? '', { code, state: params.get('state') ?? '' });
    return reply.redirect(target ?? '/', 302);
  });
}

/** Without an appid the official account is meant; the mini-program's appid gives what `wx.login` would. */
function whyNoLogin(ground: Ground, params: URLSearchParams): string | null {
  const { appid, oaAppid } = ground.merchant;
  if (![null, '', appid, oaAppid].includes(params.get('appid'))) return 'appid 参数错误';
  if (!['code', null].includes(params.get('response_type'))) return 'response_type 参数错误';
  if (!['snsapi_base', 'snsapi_userinfo', null].includes(params.get('scope')))
    return 'Scope 参数错误或没有 Scope 权限 (10005)';
  return isRegisteredDomain(ground.merchant, params.get('redirect_uri') ?? '')
    ? null
    : 'redirect_uri 域名与后台配置不一致 (10003)';
}

function shownPeople(ground: Ground) {
  return [...ground.world.people.values()].slice(0, peopleShownMax);
}

function queryOf(request: FastifyRequest): URLSearchParams {
  return new URLSearchParams((request.raw.url ?? '').split('?')[1] ?? '');
}

function page(ground: Ground, reply: FastifyReply, html: string): FastifyReply {
  const own = new URL(ground.publicUrl()).origin;
  const hosts = [...loopbackFramers, ...ground.merchant.domains];
  const framers = hosts.map((host) => `http://${host}:* https://${host}:*`).join(' ');
  return reply
    .type('text/html; charset=utf-8')
    .header('Cache-Control', 'no-store')
    .header(
      'Content-Security-Policy',
      `default-src 'self' ${own}; img-src 'self' data:; frame-ancestors 'self' ${framers}`,
    )
    .header('X-Content-Type-Options', 'nosniff')
    .send(html);
}
