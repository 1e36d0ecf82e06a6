// Screens made into pictures for the documents: phones in a row, small enough that nobody waits for them.
import fs from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { ROOT } from './ensure.mjs';

const OUT = path.join(ROOT, 'docs/images');
/** What people look at first must not keep them waiting. */
const BYTES_MAX = 200 * 1024;
const DESK_WIDTH = 1600;
const PHONE_WIDTH = 360;
const GAP = 28;
const CORNER = 26;

/** One screen with round corners and a hair line, so that it stands out on white and on black alike. @param {Buffer} screen */
async function phone(screen) {
  const small = sharp(screen).resize({ width: PHONE_WIDTH });
  const { height } = (await small.clone().toBuffer({ resolveWithObject: true })).info;
  const frame = (/** @type {string} */ paint) =>
    Buffer.from(
      `<svg width="${PHONE_WIDTH}" height="${height}"><rect x="0.5" y="0.5" width="${PHONE_WIDTH - 1}" height="${height - 1}" rx="${CORNER}" ${paint}/></svg>`,
    );
  const input = await small
    .composite([
      { input: frame('fill="#fff"'), blend: 'dest-in' },
      { input: frame('fill="none" stroke="#8886" stroke-width="1.5"') },
    ])
    .png()
    .toBuffer();
  return { input, height };
}

/** @param {Buffer[]} screens */
export async function phonesInARow(screens) {
  const phones = await Promise.all(screens.map(phone));
  const width = phones.length * PHONE_WIDTH + (phones.length - 1) * GAP;
  const height = Math.max(...phones.map((one) => one.height));
  return sharp({ create: { width, height, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
    .composite(phones.map(({ input }, at) => ({ input, left: at * (PHONE_WIDTH + GAP), top: 0 })))
    .png()
    .toBuffer();
}

/** @param {string} name @param {Buffer} picture */
export async function save(name, picture) {
  const file = path.join(OUT, `${name}.webp`);
  fs.mkdirSync(OUT, { recursive: true });
  for (const quality of [90, 84, 78, 70, 60]) {
    const bytes = await sharp(picture)
      .resize({ width: name.startsWith('admin') ? DESK_WIDTH : undefined, withoutEnlargement: true })
      .webp({ quality, effort: 6, smartSubsample: true })
      .toBuffer();
    if (bytes.length > BYTES_MAX) continue;
    fs.writeFileSync(file, bytes);
    process.stdout.write(`${path.relative(ROOT, file)}  ${Math.round(bytes.length / 1024)} KB\n`);
    return;
  }
  throw new Error(`${name} does not fit into ${BYTES_MAX / 1024} KB`);
}
