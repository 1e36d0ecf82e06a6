// The pages of people from the same origin: the shop at /, the back office at /admin/, uploaded files at /files/.
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isLocal, type Config } from './config.ts';
import { fail } from './fail.ts';
import { createPacks, encodingFor, type Pack, type Packs } from './http.packs.ts';
import { isApi } from './http.request.ts';
import { FILES_PATH, isStorageKey } from './storage.ts';

const apps = fileURLToPath(new URL('../../../', import.meta.url));

export type WebSettings = {
  config: Pick<Config, 'PUBLIC_URL' | 'WECHAT_API_BASE_URL' | 'WECHAT_OAUTH_BASE_URL' | 'WECHAT_PAY_BASE_URL'>;
  filesDir: string;
  shopDir?: string;
  adminDir?: string;
};

type Site = { title: string; dir: string; base: string; build: string };

const HASHED = /[.-][A-Za-z0-9_-]{8,}\.(js|css|woff2?|png|jpe?g|svg|webp|gif|map)$/;
const IMMUTABLE = 'public, max-age=31536000, immutable';

export function addWeb(fastify: FastifyInstance, settings: WebSettings): void {
  const shop = {
    title: '商城',
    dir: settings.shopDir ?? path.join(apps, 'shop/dist/h5'),
    base: '/',
    build: 'npm run build:h5 -w @jishi/shop',
  };
  const admin = {
    title: '管理后台',
    dir: settings.adminDir ?? path.join(apps, 'admin/dist'),
    base: '/admin/',
    build: 'npm run build -w @jishi/admin',
  };
  const desk: Desk = { policy: pagePolicy(settings.config), packs: createPacks() };

  fastify.get(`${FILES_PATH}*`, async (request, reply) => {
    const key = (request.params as { '*': string })['*'];
    if (!isStorageKey(key)) fail('route.not_found');
    if (!(await isFile(path.join(settings.filesDir, key)))) fail('route.not_found');
    // Keys are never used twice, so a picture may be kept for ever.
    reply.header('cache-control', IMMUTABLE);
    return reply.sendFile(key, path.resolve(settings.filesDir), { cacheControl: false });
  });
  fastify.get('/admin', async (_request, reply) => reply.redirect('/admin/', 308));
  fastify.route({
    method: ['GET', 'HEAD'],
    url: '/*',
    handler: async (request, reply) => {
      if (isApi(request.url)) fail('route.not_found');
      const asked = decoded(request);
      const site = asked.startsWith(admin.base) ? admin : shop;
      return serve(site, asked.slice(site.base.length), desk, request, reply);
    },
  });
}

function decoded(request: FastifyRequest): string {
  try {
    return decodeURIComponent(request.url.split('?')[0] ?? '/');
  } catch {
    return fail('request.invalid');
  }
}

type Desk = { policy: Policy; packs: Packs };

async function serve(site: Site, asked: string, desk: Desk, request: FastifyRequest, reply: FastifyReply) {
  const inside = path.posix.normalize(`/${asked}`).slice(1);
  const hidden =
    inside.split('/').some((part) => part.startsWith('.')) || inside.includes('\u0000') || inside.includes('\\');
  if (!hidden && inside !== '' && inside !== 'index.html' && (await isFile(path.join(site.dir, inside)))) {
    reply.header('cache-control', HASHED.test(inside) ? IMMUTABLE : 'public, no-cache');
    const encoding = encodingFor(request.headers['accept-encoding']);
    const pack = encoding && (await desk.packs.of(path.join(site.dir, inside), encoding));
    if (!encoding || !pack) return reply.sendFile(inside, site.dir, { cacheControl: false });
    return hand(pack, encoding, reply.type(TYPES[path.extname(inside)] ?? 'text/plain; charset=utf-8'), request);
  }
  // A missing picture or script must not come back as a page.
  if (hidden || /\.[a-z0-9]{2,5}$/i.test(inside.replace(/index\.html$/, ''))) fail('route.not_found');
  reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8');
  let page: string;
  try {
    page = await readFile(path.join(site.dir, 'index.html'), 'utf8');
  } catch {
    return reply.code(503).header('content-security-policy', desk.policy('')).send(notBuilt(site));
  }
  reply.header('content-security-policy', desk.policy(page));
  const encoding = encodingFor(request.headers['accept-encoding']);
  return encoding ? hand(await desk.packs.text(page, encoding), encoding, reply, request) : reply.send(page);
}

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};

/** Hands over what is packed already; nothing, when the browser has it. */
function hand(pack: Pack, encoding: string, reply: FastifyReply, request: FastifyRequest) {
  reply.header('vary', 'accept-encoding').header('etag', pack.tag);
  if (request.headers['if-none-match'] === pack.tag) return reply.code(304).send();
  return reply.header('content-encoding', encoding).send(pack.bytes);
}

async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

type Policy = (page: string) => string;

/** What a page of ours may load: our own things, WeChat's script, and the simulator where one is configured. */
function pagePolicy(config: WebSettings['config']): Policy {
  const simulators = [config.WECHAT_API_BASE_URL, config.WECHAT_OAUTH_BASE_URL, config.WECHAT_PAY_BASE_URL]
    .filter((url) => isLocal(url) || !/\.(qq|tenpay)\.com$/.test(new URL(url).hostname))
    .map((url) => new URL(url).origin);
  const extra = [...new Set(simulators)].join(' ');
  const known = new Map<string, string>();
  return (page) => {
    const ready = known.get(page);
    if (ready !== undefined) return ready;
    const policy = [
      "default-src 'self'",
      `script-src 'self' https://res.wx.qq.com ${inlineScripts(page)} ${extra}`,
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data: blob: https:",
      "font-src 'self' data:",
      `connect-src 'self' ${extra}`,
      `frame-src 'self' ${extra}`,
      "object-src 'none'",
      "base-uri 'self'",
      "frame-ancestors 'none'",
      ...(config.PUBLIC_URL.startsWith('https:') ? ['upgrade-insecure-requests'] : []),
    ]
      .map((line) => line.trim().replaceAll(/ +/g, ' '))
      .join('; ');
    // Pages change only with a build; a handful of texts is all there ever is.
    if (known.size > 20) known.clear();
    known.set(page, policy);
    return policy;
  };
}

/** The build puts small scripts into the page itself; they are allowed one by one, by their hash. */
function inlineScripts(page: string): string {
  const bodies = [...page.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/gi)].map(
    (match) => match[1] ?? '',
  );
  return bodies.map((body) => `'sha256-${createHash('sha256').update(body).digest('base64')}'`).join(' ');
}

function notBuilt(site: Site): string {
  return `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${site.title}尚未构建</title><body style="font:16px/1.8 system-ui,sans-serif;max-width:36em;margin:15vh auto;padding:0 1.5em">
<h1>${site.title}尚未构建</h1><p>服务已启动，但没有找到网页文件：<code>${site.dir}</code></p>
<p>请运行 <code>npm start</code>（会自动构建），或单独运行 <code>${site.build}</code>，然后刷新本页。</p></body></html>`;
}
