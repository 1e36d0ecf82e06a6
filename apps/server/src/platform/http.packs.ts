// Files of the web pages in their compressed forms: each packed once, at first use, and kept while the file stays as it is.
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import zlib from 'node:zlib';

const brotli = promisify(zlib.brotliCompress);
const gzip = promisify(zlib.gzip);

export type Encoding = 'br' | 'gzip';
export type Pack = { bytes: Buffer; tag: string };
export type Packs = {
  /** The file in this form, or null when it is not worth packing. */
  of(file: string, encoding: Encoding): Promise<Pack | null>;
  /** A text that is made, not read; the same text is packed once. */
  text(text: string, encoding: Encoding): Promise<Pack>;
};

const PACKABLE = /\.(?:js|mjs|css|html|svg|json|txt|webmanifest)$/;
/** Smaller ones fit into the first packet as they are. */
const FROM_BYTES = 1024;
/** Far above what our builds have; a folder full of something else is not taken into memory. */
const KEPT_MAX = 600;

export function createPacks(): Packs {
  const kept = new Map<string, Promise<Pack>>();

  function keep(key: string, make: () => Promise<Buffer>): Promise<Pack> {
    const ready = kept.get(key);
    if (ready) return ready;
    if (kept.size >= KEPT_MAX) kept.clear();
    const tag = `"${createHash('sha256').update(key).digest('base64url').slice(0, 20)}"`;
    const pack = make().then((bytes) => ({ bytes, tag }));
    kept.set(key, pack);
    // A file that could not be read is asked for again.
    pack.catch(() => kept.delete(key));
    return pack;
  }

  return {
    async of(file, encoding) {
      if (!PACKABLE.test(file)) return null;
      const { size, mtimeMs } = await stat(file);
      if (size < FROM_BYTES) return null;
      return keep(`${encoding} ${file} ${size} ${mtimeMs}`, async () => pack(await readFile(file), encoding));
    },
    text: (text, encoding) =>
      keep(`${encoding} ${createHash('sha256').update(text).digest('base64')}`, () =>
        pack(Buffer.from(text), encoding),
      ),
  };
}

/** Near the smallest possible: the last step of brotli costs ten times the work for one per cent. */
const BROTLI_QUALITY = 10;

function pack(bytes: Buffer, encoding: Encoding): Promise<Buffer> {
  if (encoding === 'gzip') return gzip(bytes, { level: 9 });
  return brotli(bytes, {
    params: {
      [zlib.constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
      [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
}

/** The best form that this browser takes; null for the file as it is. */
export function encodingFor(accepted: string | undefined): Encoding | null {
  const offers = (accepted ?? '').split(',').map((offer) => offer.trim().toLowerCase());
  const takes = (name: string) =>
    offers.some((offer) => offer.split(';')[0] === name && !/;\s*q=0(?:\.0*)?$/.test(offer));
  return takes('br') ? 'br' : takes('gzip') ? 'gzip' : null;
}
