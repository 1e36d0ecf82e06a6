// Large files that only staff may see: written in chunks, kept whole or not at all, read as a stream.
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { isStorageKey } from './storage.ts';

export type Vault = {
  /** Lets `fill` write; the file is kept when `isGood` says so of what it answered. */
  write<T>(
    key: string,
    fill: (write: (chunk: Uint8Array) => Promise<void>) => Promise<T>,
    isGood: (result: T) => boolean,
  ): Promise<T>;
  has(key: string): Promise<boolean>;
  /** Fails while it is read when there is no such file: ask `has` first. */
  read(key: string): Readable & AsyncIterable<Buffer>;
};

export function diskVault(dir: string): Vault {
  const root = path.resolve(dir);
  const placeOf = (key: string): string => {
    if (!isStorageKey(key)) throw new RangeError(`not a storage key: ${JSON.stringify(key).slice(0, 200)}`);
    return path.join(root, key);
  };
  return {
    write: async (key, fill, isGood) => {
      const place = placeOf(key);
      await mkdir(path.dirname(place), { recursive: true });
      const draft = `${place}.${randomBytes(6).toString('hex')}~`;
      const file = await open(draft, 'wx', 0o600);
      try {
        const result = await fill(async (chunk) => void (await file.writeFile(chunk)));
        await file.sync();
        await file.close();
        if (isGood(result)) await rename(draft, place);
        return result;
      } finally {
        await file.close().catch(() => {});
        await rm(draft, { force: true });
      }
    },
    has: (key) =>
      access(placeOf(key)).then(
        () => true,
        () => false,
      ),
    read: (key) => createReadStream(placeOf(key)),
  };
}
