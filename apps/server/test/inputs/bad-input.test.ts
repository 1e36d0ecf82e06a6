// Bad input at every door, made from the contract: a refusal with a code, never our fault, and nothing has changed.
import { endpoints, pathParams, type Endpoint } from '@jishi/contract';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../src/platform/ids.ts';
import { key } from '../given.ts';
import { house, type House } from '../house.ts';
import { flawOf, knock, together, welcome, type Knock } from './knock.ts';
import { fingerprint } from './untouched.ts';
import { isRight, ODD_VALUES, places, rightInput, shapeOf, withAt, type Input } from './wishes.ts';
import { makeWorld, ownedBy, type World } from './world.ts';

const SIDE_BY_SIDE = 8;
const LONG = { timeout: 120_000 };

let shop: House;
let world: World;
beforeAll(async () => {
  shop = await house();
  world = await makeWorld(shop);
  await shop.settle();
});
afterAll(() => shop.close());

/** WeChat's doors take letters, and those for files take pictures: they have tests of their own. */
const plain = endpoints.filter((one) => one.audience !== 'wechat' && !one.upload);
const withBody = plain.filter((one) => one.method !== 'GET' && one.method !== 'DELETE');
const right = (endpoint: Endpoint) => rightInput(endpoint, world.ids);
const visitors = () => ({ buyer: world.mine.who, staff: world.admin, service: world.service });

type Case = { endpoint: Endpoint; why: string; input: Input; knock?: Knock };

/** Sends all cases of each endpoint and gathers what is wrong: with the answers, and with the database afterwards. */
async function flawsOf(cases: readonly Case[], isFine: (one: Case, code: string) => boolean = () => true) {
  const flaws: string[] = [];
  for (const [endpoint, own] of Map.groupBy(cases, (one) => one.endpoint)) {
    const before = await fingerprint(shop.app.db);
    await together(own, SIDE_BY_SIDE, async (one) => {
      const headers = { ...welcome(endpoint, visitors()), ...one.knock?.headers };
      const answer = await knock(shop.api, endpoint, one.input, { ...one.knock, headers });
      const flaw = flawOf(endpoint, answer);
      if (flaw !== undefined) flaws.push(`${endpoint.id}, ${one.why}: ${flaw}`);
      else if (!isFine(one, answer.code ?? '')) flaws.push(`${endpoint.id}, ${one.why}: ${answer.code}`);
    });
    const after = await fingerprint(shop.app.db);
    for (const [table, print] of Object.entries(after)) {
      if (print !== before[table]) flaws.push(`${endpoint.id} changed ${table}: ${before[table]} -> ${print}`);
    }
  }
  return flaws;
}

test('every endpoint has an input that its schema accepts', () => {
  const wrong = plain.filter((endpoint) => !endpoint.input.safeParse(right(endpoint)).success);
  expect(wrong.map((endpoint) => [endpoint.id, right(endpoint)])).toEqual([]);
});

/** Every place of every input with every odd value, left out, and beside a stranger. */
function* spoilt(endpoint: Endpoint): Generator<{ why: string; input: Input }> {
  const good = right(endpoint);
  for (const way of places(shapeOf(endpoint))) {
    for (const [what, value] of ODD_VALUES)
      yield { why: `${way.join('.')} is ${what}`, input: withAt(good, way, value) };
    const isInPath = way.length === 1 && pathParams(endpoint.path).includes(way[0] ?? '');
    if (!isInPath) yield { why: `${way.join('.')} is missing`, input: withAt(good, way, undefined) };
  }
  yield { why: 'an unknown field', input: { ...good, isAdmin: true } };
}

test('wrong types, extremes, missing and unknown fields are refused everywhere', LONG, async () => {
  const cases = plain.flatMap((endpoint) =>
    [...spoilt(endpoint)].filter(({ input }) => !isRight(endpoint, input)).map((one) => ({ endpoint, ...one })),
  );
  expect(cases.length).toBeGreaterThan(3000);
  const codes = ['request.invalid', 'request.too_large', 'route.not_found'];
  expect(await flawsOf(cases, (_, code) => codes.includes(code))).toEqual([]);
});

test('broken, foreign, huge and bottomless bodies are refused everywhere', LONG, async () => {
  const cases = withBody.flatMap((endpoint) => {
    const input = right(endpoint);
    const names = pathParams(endpoint.path);
    const rest = JSON.stringify(Object.fromEntries(Object.entries(input).filter(([field]) => !names.includes(field))));
    const inside = (text: string) => (rest === '{}' ? `{${text}}` : `{${text},${rest.slice(1)}`);
    const bodies: [string, string | Uint8Array][] = [
      ['half an object', rest.slice(0, -1) + ','],
      ['NaN', inside('"x":NaN')],
      ['a list', `[${rest}]`],
      ['a text', '"text"'],
      ['null', 'null'],
      ['bytes that are no text', new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
      ['a prototype', inside('"__proto__":{"isAdmin":true}')],
      ['a constructor', inside('"constructor":{"prototype":{"isAdmin":true}}')],
      ['a list without bottom', inside(`"x":${'['.repeat(10_000)}${']'.repeat(10_000)}`)],
      ['an object without bottom', inside(`"x":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`)],
      ['more than a megabyte', inside(`"x":"${'x'.repeat(1_048_576)}"`)],
      ...names.map((name): [string, string] => [`${name} twice`, inside(`"${name}":"${newId()}"`)]),
    ];
    const json = { headers: { 'content-type': 'application/json' } };
    const asOther = [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/xml',
      'multipart/form-data; boundary=x',
    ];
    return [
      ...bodies.map(([why, body]) => ({ endpoint, why, input, knock: { ...json, body } })),
      // Without a word in the body there is nothing that could be of a wrong kind.
      ...asOther.map((type) => ({
        endpoint,
        why: type,
        input,
        knock: { headers: { 'content-type': type }, body: rest },
      })),
    ];
  });
  const codes = ['request.invalid', 'request.too_large', 'request.unsupported'];
  expect(await flawsOf(cases, (_, code) => codes.includes(code))).toEqual([]);
});

test('what moves money or stock needs a decent key', LONG, async () => {
  const keys = [
    undefined,
    '',
    'short',
    'x'.repeat(65),
    'with a blank 1',
    `'; drop table--`,
    'ключевой'.repeat(0) + '%00%00%00%00',
  ];
  const cases = plain
    .filter((endpoint) => endpoint.idempotent)
    .flatMap((endpoint) =>
      keys.map((value) => ({
        endpoint,
        why: `key ${value}`,
        input: right(endpoint),
        knock: { headers: { 'idempotency-key': value } },
      })),
    );
  const fits = (one: Case, code: string) =>
    code === (one.knock?.headers?.['idempotency-key'] ? 'request.invalid' : 'idempotency.key_missing');
  expect(await flawsOf(cases, fits)).toEqual([]);
});

test('another buyer’s things are not found', LONG, async () => {
  const cases = plain
    .filter((endpoint) => endpoint.audience === 'buyer')
    .flatMap((endpoint) =>
      places(shapeOf(endpoint)).flatMap((way) => {
        const field = way.findLast((step) => !/^\d+$/.test(step)) ?? '';
        const kind = ownedBy(endpoint, field);
        const isList = way.at(-1) === '0';
        if (kind === undefined || isList) return [];
        const id = world.theirs[kind];
        const value = Array.isArray(right(endpoint)[field]) ? [id] : id;
        return [{ endpoint, why: way.join('.'), input: withAt(right(endpoint), way, value) }];
      }),
    );
  expect(cases.length).toBeGreaterThan(20);
  const notFound = (one: Case, code: string) =>
    code.endsWith('not_found') || (one.why.endsWith('lineId') && code === 'aftersale.quantity');
  expect(await flawsOf(cases, notFound)).toEqual([]);
});

/** Doors where an id that names nothing is no mistake, and why. */
const NOTHING_IS_FINE: Record<string, string> = {
  endStaffSession: 'a session that has ended already is what was wanted',
  adminGetReconcileDay: 'a day is no id: what is no day is refused by its form',
  adminRunReconcile: 'a day is no id, and every past day may be asked for',
  adminDownloadBill: 'a day and a kind are no ids',
  adminUpdateEarnRule: 'the rules are a closed list',
  adminListPointMoves: 'who never had points has none to list; a cursor of another list is refused first',
};

/** What is named by something else than an id. */
const NOBODYS: Record<string, string> = { key: 'no.such.key', orderNo: '0'.repeat(20) };

test('an id that names nothing is not found', LONG, async () => {
  const cases = plain.flatMap((endpoint) =>
    pathParams(endpoint.path)
      .filter(() => !Object.hasOwn(NOTHING_IS_FINE, endpoint.id))
      .map((name) => ({
        endpoint,
        why: `no such ${name}`,
        input: withAt(right(endpoint), [name], NOBODYS[name] ?? newId()),
      })),
  );
  expect(await flawsOf(cases, (_, code) => code.endsWith('not_found'))).toEqual([]);
});

test('a made-up position in a list is refused', LONG, async () => {
  const json = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const cursors = [
    'x',
    '0',
    '!!!',
    '..',
    'null',
    json([]),
    json({}),
    json(null),
    json(['x', 'y']),
    json([1e308, `'`]),
    json(['2026-01-01', `'; drop table orders`]),
    'A'.repeat(300),
  ];
  const cases = plain
    .filter((endpoint) => 'cursor' in endpoint.input.shape)
    .flatMap((endpoint) => cursors.map((cursor) => ({ endpoint, why: `cursor ${cursor}`, input: { cursor } })));
  expect(cases.length).toBeGreaterThan(30);
  expect(await flawsOf(cases, (_, code) => code === 'cursor.invalid' || code === 'request.invalid')).toEqual([]);
});

test('what is no picture is not kept', LONG, async () => {
  const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#000' } })
    .png()
    .toBuffer();
  const files: [string, Uint8Array, string][] = [
    ['nothing', new Uint8Array(), 'image/png'],
    ['a text that calls itself a picture', new TextEncoder().encode('hello'), 'image/png'],
    ['a page', new TextEncoder().encode('<html><script>alert(1)</script></html>'), 'image/png'],
    [
      'an SVG',
      new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      'image/svg+xml',
    ],
    ['half a picture', new Uint8Array(png.subarray(0, 40)), 'image/png'],
    ['too many bytes', new Uint8Array(5 * 1_048_576 + 1), 'image/png'],
    ['far too many bytes', new Uint8Array(7 * 1_048_576), 'image/png'],
  ];
  const cases = endpoints
    .filter((endpoint) => endpoint.upload)
    .flatMap((endpoint): Case[] => [
      ...files.map(([why, bytes, type]) => ({
        endpoint,
        why,
        input: {},
        knock: { body: formOf(bytes, type, 'file') },
      })),
      {
        endpoint,
        why: 'a part of another name',
        input: {},
        knock: { body: formOf(new Uint8Array(png), 'image/png', 'avatar') },
      },
      { endpoint, why: 'no file', input: {}, knock: { body: fieldsOf({}) } },
      { endpoint, why: 'an unknown field', input: {}, knock: { body: fieldsOf({ isAdmin: '1' }) } },
      { endpoint, why: 'JSON', input: {}, knock: { body: '{}' } },
    ]);
  expect(cases.length).toBeGreaterThan(10);
  expect(await flawsOf(cases)).toEqual([]);
});

function formOf(bytes: Uint8Array, type: string, field: string): FormData {
  const form = new FormData();
  form.set(field, new Blob([new Uint8Array(bytes)], { type }), '../../etc/passwd.png');
  return form;
}

function fieldsOf(fields: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  if (Object.keys(fields).length === 0) form.set('nothing', '');
  return form;
}

test('letters that WeChat never wrote are refused in WeChat’s shape, and only written down', LONG, async () => {
  const before = await fingerprint(shop.app.db, ['provider_notices']);
  const now = String(Math.floor(shop.clock.now().getTime() / 1000));
  const seal = {
    'wechatpay-timestamp': now,
    'wechatpay-nonce': 'n',
    'wechatpay-serial': 'PUB_KEY_ID_X',
    'wechatpay-signature': 'eA==',
  };
  const bodies = [
    '',
    '{}',
    'null',
    '[',
    '{"id":"1"}',
    `{"id":"'; drop table orders"}`,
    '\u0000',
    'x'.repeat(500_000),
    '['.repeat(10_000),
  ];
  for (const endpoint of endpoints.filter((one) => one.audience === 'wechat')) {
    for (const body of bodies) {
      for (const headers of [{}, seal, { ...seal, 'wechatpay-timestamp': 'NaN' }]) {
        const answer = await knock(shop.api, endpoint, {}, { body, headers });
        expect(answer.status, `${endpoint.id} ${body.slice(0, 20)}`).toBe(401);
        expect(JSON.parse(answer.text)).toMatchObject({ code: 'FAIL', message: expect.any(String) });
      }
    }
    if (endpoint.method === 'GET') continue;
    const huge = await knock(shop.api, endpoint, {}, { body: 'x'.repeat(1_048_577), headers: seal });
    expect(huge.status).toBe(413);
  }
  expect(await fingerprint(shop.app.db, ['provider_notices'])).toEqual(before);
});

/** These end the sessions that the test itself needs. */
const LAST_WORDS = new Set([
  'logout',
  'staffLogout',
  'changeStaffPassword',
  'setStaffState',
  'updateStaff',
  'adminSetBuyerState',
]);

test('what is odd and yet right is done or refused, and the books balance', LONG, async () => {
  const flaws: string[] = [];
  let done = 0;
  for (const endpoint of plain.filter((one) => !LAST_WORDS.has(one.id))) {
    const odd = [...spoilt(endpoint)].filter(({ input }) => isRight(endpoint, input));
    await together([{ why: 'as it is', input: right(endpoint) }, ...odd], SIDE_BY_SIDE, async ({ why, input }) => {
      const answer = await knock(shop.api, endpoint, input, { headers: welcome(endpoint, visitors()) });
      if (answer.status < 300) done += 1;
      // Few files are written at a time; the others are told to come again.
      const isFull = answer.code === 'export.busy';
      const flaw = answer.status < 300 || isFull ? undefined : flawOf(endpoint, answer);
      if (flaw !== undefined) flaws.push(`${endpoint.id}, ${why}: ${flaw}`);
    });
  }
  expect(flaws).toEqual([]);
  expect(done).toBeGreaterThan(300);
  await shop.settle();
  await shop.books.balance();
});

test('the same key with another body is a mistake, whoever sends it', LONG, async () => {
  const flaws: string[] = [];
  for (const endpoint of plain.filter((one) => one.idempotent && !LAST_WORDS.has(one.id))) {
    const once = { ...welcome(endpoint, visitors()), 'idempotency-key': key() };
    const first = await knock(shop.api, endpoint, right(endpoint), { headers: once });
    const again = await knock(shop.api, endpoint, right(endpoint), { headers: once });
    if (again.status !== first.status) flaws.push(`${endpoint.id}: ${first.status}, then ${again.status}`);
    const [name] = pathParams(endpoint.path);
    const [field] = Object.keys(right(endpoint)).filter((one) => one !== name);
    const other = name ? withAt(right(endpoint), [name], newId()) : withAt(right(endpoint), [field ?? ''], undefined);
    if (!isRight(endpoint, other)) continue;
    const third = await knock(shop.api, endpoint, other, { headers: once });
    if (third.code !== 'idempotency.key_reused') flaws.push(`${endpoint.id}: ${third.status} ${third.code}`);
  }
  expect(flaws).toEqual([]);
});
