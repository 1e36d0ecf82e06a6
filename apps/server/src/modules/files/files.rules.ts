// What counts as a picture: told by its first bytes, never by a name or a header that a visitor chose.

export const BYTES_MAX = 5 * 1_048_576;
/** A small file may unfold into gigabytes; this many pixels is a large photograph. */
export const PIXELS_MAX = 40_000_000;
export const SIDE_MAX = 20_000;
export const SIZES = { large: 1600, thumb: 400 } as const;
/** Pictures that one buyer may upload in a day: far more than any dispute needs. */
export const BUYER_FILES_PER_DAY = 200;

export type PictureFormat = 'jpeg' | 'png' | 'webp';

const startsWith = (bytes: Buffer, hex: string) => bytes.subarray(0, hex.length / 2).toString('hex') === hex;

/** The format that the bytes begin like, or null for anything else: SVG, GIF, HTML, archives. */
export function formatOf(bytes: Buffer): PictureFormat | null {
  if (startsWith(bytes, 'ffd8ff')) return 'jpeg';
  if (startsWith(bytes, '89504e470d0a1a0a')) return 'png';
  if (startsWith(bytes, '52494646') && bytes.subarray(8, 12).toString('latin1') === 'WEBP') return 'webp';
  return null;
}

/** True for PNG files that move: the chunk acTL stands before the first picture data. */
export function isMovingPng(bytes: Buffer): boolean {
  for (let at = 8; at + 8 <= bytes.length;) {
    const kind = bytes.toString('latin1', at + 4, at + 8);
    if (kind === 'acTL') return true;
    if (kind === 'IDAT' || kind === 'IEND') return false;
    at += 12 + bytes.readUInt32BE(at);
  }
  return false;
}

/** Where the bytes of a size live; an address is never used for other bytes. */
export function storageKey(fileId: string, size: keyof typeof SIZES): string {
  return `${fileId}/${size}.webp`;
}
