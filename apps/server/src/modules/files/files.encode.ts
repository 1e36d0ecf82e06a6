// Decoding what a visitor sent and encoding it again: what comes out carries nothing of what came in but the picture.
import { fail } from '../../platform/fail.ts';
import { BYTES_MAX, formatOf, isMovingPng, PIXELS_MAX, SIDE_MAX, SIZES } from './files.rules.ts';

/** Loaded with the first picture: most servers never see one, and it takes 8 MB. Node loads it once. */
const sharpen = async () => (await import('sharp')).default;

export type Encoded = { large: Buffer; thumb: Buffer; width: number; height: number };

/** Two photographs at a time: each may unfold to hundreds of megabytes. */
const SIDE_BY_SIDE = 2;
const waiting: (() => void)[] = [];
let running = 0;

export async function encode(bytes: Buffer): Promise<Encoded> {
  await checkHead(bytes);
  if (running >= SIDE_BY_SIDE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await reencode(bytes);
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

/** Everything that can be refused without unfolding the picture. */
async function checkHead(bytes: Buffer): Promise<void> {
  if (bytes.length > BYTES_MAX) fail('file.too_large');
  const format = formatOf(bytes) ?? fail('file.unsupported');
  if (format === 'png' && isMovingPng(bytes)) fail('file.unsupported');
  const sharp = await sharpen();
  const head = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => fail('file.broken'));
  if (head.format !== format || (head.pages ?? 1) > 1) fail('file.unsupported');
  const { width, height } = head;
  if (width * height > PIXELS_MAX || Math.max(width, height) > SIDE_MAX) fail('file.too_large');
}

async function reencode(bytes: Buffer): Promise<Encoded> {
  const sharp = await sharpen();
  try {
    // Turned upright first, since the mark that says which way is up goes with all other metadata.
    const large = await sharp(bytes, { limitInputPixels: PIXELS_MAX })
      .autoOrient()
      .resize({ width: SIZES.large, height: SIZES.large, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 82 })
      .toBuffer({ resolveWithObject: true });
    const thumb = await sharp(large.data)
      .resize({ width: SIZES.thumb, height: SIZES.thumb, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 78 })
      .toBuffer();
    return { large: large.data, thumb, width: large.info.width, height: large.info.height };
  } catch {
    // The decoder's own words may quote the bytes of the file; they help nobody.
    return fail('file.broken');
  }
}
