// Where uploaded bytes live. The disk driver is the default; keys are ours and never a visitor's.
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';

export type Storage = {
  put(key: string, bytes: Buffer, contentType: string): Promise<void>;
  get(key: string): Promise<Buffer | null>;
  delete(key: string): Promise<void>;
  /** The address that browsers use. */
  url(key: string): string;
};

/** Segments of letters, digits, `-` and `_`, an optional extension: no dots that climb, nothing absolute. */
const KEY = /^(?:[A-Za-z0-9_-]{1,80}\/){0,6}[A-Za-z0-9_-]{1,80}(?:\.[a-z0-9]{1,8})?$/;

export function isStorageKey(key: string): boolean {
  return KEY.test(key);
}

/** Below this path the server hands out what the disk driver keeps. */
export const FILES_PATH = '/files/';

export function diskStorage(dir: string, publicUrl = ''): Storage {
  const root = path.resolve(dir);
  const placeOf = (key: string): string => {
    if (!isStorageKey(key)) throw new RangeError(`not a storage key: ${JSON.stringify(key).slice(0, 200)}`);
    return path.join(root, key);
  };
  return {
    put: async (key, bytes) => {
      const place = placeOf(key);
      await mkdir(path.dirname(place), { recursive: true });
      // Written beside and renamed, so that nobody ever reads half of a file, also after a power cut.
      const draft = `${place}.${randomBytes(6).toString('hex')}~`;
      try {
        const file = await open(draft, 'wx');
        try {
          await file.writeFile(bytes);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(draft, place);
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
    },
    get: async (key) => {
      try {
        return await readFile(placeOf(key));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      }
    },
    delete: (key) => rm(placeOf(key), { force: true }),
    url: (key) => `${publicUrl}${FILES_PATH}${key}`,
  };
}
