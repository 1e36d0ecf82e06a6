// Compressed forms: made once per file as it stands, never for what gains nothing.
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPacks, encodingFor } from './http.packs.ts';

let folder: string;
const text = 'export const shop = "集市";\n'.repeat(200);

describe('the compressed forms of files', () => {
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'jishi-packs-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('the same file is packed once, and again when it has changed', async () => {
    const file = path.join(folder, 'app.js');
    await writeFile(file, text);
    const packs = createPacks();
    const [first, second] = await Promise.all([packs.of(file, 'br'), packs.of(file, 'br')]);
    expect(first!.bytes).toBe(second!.bytes);
    expect(zlib.brotliDecompressSync(first!.bytes).toString()).toBe(text);
    await writeFile(file, `${text}// more`);
    await utimes(file, 1, 1);
    const changed = await packs.of(file, 'br');
    expect(zlib.brotliDecompressSync(changed!.bytes).toString()).toBe(`${text}// more`);
    expect(changed!.tag).not.toBe(first!.tag);
  });

  test('both forms give the text back, each under its own tag', async () => {
    const packs = createPacks();
    const br = await packs.text(text, 'br');
    const gzip = await packs.text(text, 'gzip');
    expect(zlib.gunzipSync(gzip.bytes).toString()).toBe(text);
    expect(br.bytes.length).toBeLessThan(gzip.bytes.length);
    expect(br.tag).not.toBe(gzip.tag);
  });

  test('pictures and very small files go as they are', async () => {
    const packs = createPacks();
    await writeFile(path.join(folder, 'a.webp'), Buffer.alloc(5000));
    await writeFile(path.join(folder, 'a.css'), 'a{}');
    expect(await packs.of(path.join(folder, 'a.webp'), 'br')).toBeNull();
    expect(await packs.of(path.join(folder, 'a.css'), 'br')).toBeNull();
  });

  test.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip;q=1.0, br;q=0', 'gzip'],
    ['identity', null],
    [undefined, null],
  ])('a browser that takes %s gets %s', (accepted, expected) => {
    expect(encodingFor(accepted)).toBe(expected);
  });
});
