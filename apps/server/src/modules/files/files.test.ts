// Pictures: what is taken in, what is refused, and that nothing but the picture survives.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/database.ts';
import { spanMs, testClock, type TestClock } from '../../platform/clock.ts';
import { newId } from '../../platform/ids.ts';
import { diskStorage, type Storage } from '../../platform/storage.ts';
import { formatOf } from './files.rules.ts';
import { createFiles, type FileOwner, type Files } from './files.ts';

let database: TestDatabase;
let clock: TestClock;
let dir: string;
let storage: Storage;
let files: Files;
beforeAll(async () => {
  database = await testDatabase();
  clock = testClock();
  dir = await mkdtemp(join(tmpdir(), 'jishi-files-'));
  storage = diskStorage(dir);
  files = createFiles({ db: database.db, clock, storage });
});
afterAll(async () => {
  await database.close();
  await rm(dir, { recursive: true, force: true });
});

const buyer = (): FileOwner => ({ kind: 'buyer', id: newId<'buyer'>() });
const blank = (width: number, height: number, color = '#3a7') =>
  sharp({ create: { width, height, channels: 3, background: color } });
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'ok',
    (error: { code?: string }) => error.code ?? String(error),
  );
const keyOf = (url: string) => url.replace(/^\/files\//, '');

/** A PNG made by hand: sizes and chunks that no honest program would write. */
function handmadePng(width: number, height: number, extra: Buffer[] = [], rows = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([1, 0, 0, 0, 0], 8);
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([signature, chunk('IHDR', head), ...extra, chunk('IDAT', deflateSync(rows)), chunk('IEND')]);
}
function chunk(kind: string, body: Buffer = Buffer.alloc(0)): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const named = Buffer.concat([Buffer.from(kind, 'latin1'), body]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc(named));
  return Buffer.concat([length, named, sum]);
}
function crc(bytes: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}

describe('a picture that is taken in', () => {
  test.each(['jpeg', 'png', 'webp'] as const)(
    'from %s becomes two webp sizes with relative addresses',
    async (kind) => {
      const bytes = await blank(2400, 1200).toFormat(kind).toBuffer();
      const picture = await files.store(buyer(), bytes);
      expect(picture).toMatchObject({ width: 1600, height: 800 });
      expect(picture.url).toBe(`/files/${picture.fileId}/large.webp`);
      const [large, thumb] = await Promise.all([picture.url, picture.thumbUrl].map((url) => storage.get(keyOf(url))));
      expect(await sharp(large ?? '').metadata()).toMatchObject({ format: 'webp', width: 1600, height: 800 });
      expect(await sharp(thumb ?? '').metadata()).toMatchObject({ format: 'webp', width: 400, height: 200 });
    },
  );

  test('small ones are not blown up', async () => {
    const bytes = await blank(60, 90).png().toBuffer();
    expect(await files.store(buyer(), bytes)).toMatchObject({ width: 60, height: 90 });
  });

  test('is turned upright and loses where and with what it was taken', async () => {
    const exif = { IFD0: { Copyright: 'SECRET-OWNER' }, IFD3: { GPSLatitude: '30/1 15/1 0/1' } };
    const bytes = await blank(300, 100).withExif(exif).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(bytes.toString('latin1')).toContain('Exif');
    const picture = await files.store(buyer(), bytes);
    expect(picture).toMatchObject({ width: 100, height: 300 });
    const large = (await storage.get(keyOf(picture.url))) ?? Buffer.alloc(0);
    expect((await sharp(large).metadata()).exif).toBeUndefined();
    expect(large.toString('latin1')).not.toMatch(/SECRET-OWNER|Exif/);
  });

  test('loses what was hidden behind it', async () => {
    const script = Buffer.from('<script>alert(1)</script>');
    const bytes = Buffer.concat([await blank(50, 50).jpeg().toBuffer(), script]);
    const picture = await files.store(buyer(), bytes);
    expect((await storage.get(keyOf(picture.url)))?.toString('latin1')).not.toContain('<script>');
  });

  test('is kept once for an owner who sends it twice, and apart for another', async () => {
    const bytes = await blank(70, 70, '#123456').png().toBuffer();
    const owner = buyer();
    const first = await files.store(owner, bytes);
    expect((await files.store(owner, bytes)).fileId).toBe(first.fileId);
    expect((await files.store(buyer(), bytes)).fileId).not.toBe(first.fileId);
    const house: FileOwner = { kind: 'system' };
    expect((await files.store(house, bytes)).fileId).toBe((await files.store(house, bytes)).fileId);
  });
});

describe('refused', () => {
  test.each([
    ['an empty file', Buffer.alloc(0)],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
    ['HTML', Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['GIF', Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')],
    ['a program', Buffer.from('7f454c4602010100', 'hex')],
    ['HEIC', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0', 'latin1')],
  ])('%s', async (_, bytes) => expect(await codeOf(files.store(buyer(), bytes))).toBe('file.unsupported'));

  test('moving pictures, of both kinds', async () => {
    const frame = (red: number) => blank(20, 20, `rgb(${red},0,0)`).png().toBuffer();
    const moving = await sharp([await frame(0), await frame(255)], { join: { animated: true } })
      .webp({ loop: 0, delay: [100, 100] })
      .toBuffer();
    expect((await sharp(moving).metadata()).pages).toBe(2);
    expect(await codeOf(files.store(buyer(), moving))).toBe('file.unsupported');
    const movingPng = handmadePng(8, 8, [chunk('acTL', Buffer.alloc(8))], Buffer.alloc(16));
    expect(await codeOf(files.store(buyer(), movingPng))).toBe('file.unsupported');
    expect(await codeOf(files.store(buyer(), handmadePng(8, 8, [], Buffer.alloc(16))))).toBe('ok');
  });

  test('more than five megabytes, and few bytes that unfold into too many pixels', async () => {
    const large = Buffer.concat([await blank(10, 10).png().toBuffer(), Buffer.alloc(5 * 1_048_576)]);
    expect(await codeOf(files.store(buyer(), large))).toBe('file.too_large');
    const bomb = handmadePng(60_000, 60_000, [], Buffer.alloc(100_000));
    expect(bomb.length).toBeLessThan(1000);
    expect(await codeOf(files.store(buyer(), bomb))).toBe('file.too_large');
  });

  test('what only begins like a picture, or stops in the middle', async () => {
    const liar = Buffer.concat([Buffer.from('ffd8ff', 'hex'), Buffer.alloc(500, 7)]);
    expect(await codeOf(files.store(buyer(), liar))).toBe('file.broken');
    const noise = await sharp(Buffer.from(Array.from({ length: 30_000 }, (_, at) => (at * 7919) % 251)), {
      raw: { width: 100, height: 100, channels: 3 },
    })
      .jpeg()
      .toBuffer();
    expect(await codeOf(files.store(buyer(), noise.subarray(0, noise.length / 2)))).toBe('file.broken');
  });

  test('leaves nothing behind', async () => {
    const before = await readdir(dir);
    await codeOf(files.store(buyer(), Buffer.concat([Buffer.from('ffd8ff', 'hex'), Buffer.alloc(500, 7)])));
    expect(await readdir(dir)).toEqual(before);
  });

  test('the two hundred and first of one buyer in a day', async () => {
    const owner = buyer();
    const at = clock.now();
    const rows = Array.from({ length: 200 }, () => ({
      id: newId<'file'>(),
      owner_kind: owner.kind,
      owner_id: owner.id ?? null,
      sha256: newId<'hash'>(),
      width: 1,
      height: 1,
      bytes: 1,
      created_at: at,
    }));
    await database.db.q.insertInto('files').values(rows).execute();
    const bytes = await blank(11, 11).png().toBuffer();
    expect(await codeOf(files.store(owner, bytes))).toBe('rate.limited');
    clock.forward({ ms: spanMs({ days: 1 }) });
    expect(await codeOf(files.store(owner, bytes))).toBe('ok');
  });
});

describe('asking for pictures', () => {
  test('many at once; what is no picture is absent', async () => {
    const owner = buyer();
    const one = await files.store(owner, await blank(12, 12).png().toBuffer());
    const two = await files.store(owner, await blank(13, 13).png().toBuffer());
    const found = await files.pictures(database.db, [one.fileId, null, two.fileId, newId<'file'>(), 'nonsense']);
    expect(found).toEqual(
      new Map([
        [one.fileId, one],
        [two.fileId, two],
      ]),
    );
    expect((await files.pictures(database.db, [null])).size).toBe(0);
  });

  test('only the owner may attach one', async () => {
    const owner = buyer();
    const { fileId } = await files.store(owner, await blank(14, 14).png().toBuffer());
    const attach = (who: FileOwner, ids: (string | null)[]) =>
      codeOf(database.db.tx((tx) => files.mustOwn(tx, ids, who)));
    expect(await attach(owner, [fileId, null, fileId])).toBe('ok');
    expect(await attach(buyer(), [fileId])).toBe('file.not_found');
    expect(await attach(owner, [fileId, newId<'file'>()])).toBe('file.not_found');
    expect(await attach(owner, ['nonsense'])).toBe('file.not_found');
    expect(await attach(owner, [])).toBe('ok');
  });
});

test('the first bytes decide what a file is', () => {
  expect(formatOf(Buffer.from('RIFF\0\0\0\0WAVE', 'latin1'))).toBeNull();
  expect(formatOf(Buffer.from('RIFF\0\0\0\0WEBP', 'latin1'))).toBe('webp');
  expect(formatOf(Buffer.from('ffd8', 'hex'))).toBeNull();
});
