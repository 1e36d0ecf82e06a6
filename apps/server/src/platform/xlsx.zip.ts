// A ZIP archive as it is made: each file is compressed while it is written, nothing is kept but sizes and checksums.
import { Readable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';

export type ZipFile = { name: string; content: AsyncIterable<string> };

/** APPNOTE 4.3: signatures and the version that can read entries of more than 4 GB. */
const LOCAL = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const VERSION_64 = 45;
/** Bit 3: sizes and checksum follow the content. Bit 11: names are UTF-8. */
const FLAGS = 0x0808;
const DEFLATED = 8;
/** 1980-01-01: the file says nothing of when it was made, the same rows give the same bytes. */
const DATE = 0x0021;
const MAX_32 = 0xffffffff;
/** Fast rather than small: spreadsheets repeat themselves enough. */
const LEVEL = 3;

type Written = { name: Buffer; crc: number; packed: number; plain: number; at: number };

/** The bytes of an archive. Files are asked for one after the other, so a later one may tell what the earlier ones held. */
export async function* zip(files: Iterable<ZipFile>): AsyncGenerator<Buffer> {
  const written: Written[] = [];
  let at = 0;
  for (const file of files) {
    const one: Written = { name: Buffer.from(file.name), crc: 0, packed: 0, plain: 0, at };
    const head = localHeader(one.name);
    yield head;
    at += head.length;
    for await (const piece of deflated(one, file.content)) {
      yield piece;
      at += piece.length;
    }
    const tail = descriptor(one);
    yield tail;
    at += tail.length;
    written.push(one);
  }
  const directory = Buffer.concat(written.map(centralHeader));
  yield directory;
  yield ending(written.length, directory.length, at);
}

/** Compressed on a thread of its own; whoever reads slowly makes the content wait. */
async function* deflated(one: Written, content: AsyncIterable<string>): AsyncGenerator<Buffer> {
  const source = Readable.from(counted(one, content), { objectMode: false, highWaterMark: 256 * 1024 });
  const packer = createDeflateRaw({ level: LEVEL, chunkSize: 64 * 1024 });
  source.on('error', (error) => packer.destroy(error));
  source.pipe(packer);
  try {
    for await (const piece of packer as AsyncIterable<Buffer>) {
      one.packed += piece.length;
      yield piece;
    }
  } finally {
    // Left early: whatever feeds the content lets go of it as well.
    source.destroy();
    packer.destroy();
  }
}

async function* counted(one: Written, content: AsyncIterable<string>): AsyncGenerator<Buffer> {
  for await (const text of content) {
    const bytes = Buffer.from(text);
    one.crc = crc32(bytes, one.crc);
    one.plain += bytes.length;
    yield bytes;
  }
}

function localHeader(name: Buffer): Buffer {
  const bytes = Buffer.alloc(30);
  bytes.writeUInt32LE(LOCAL, 0);
  bytes.writeUInt16LE(VERSION_64, 4);
  bytes.writeUInt16LE(FLAGS, 6);
  bytes.writeUInt16LE(DEFLATED, 8);
  bytes.writeUInt16LE(DATE, 12);
  bytes.writeUInt16LE(name.length, 26);
  return Buffer.concat([bytes, name]);
}

/** Without a ZIP64 field in the local header the sizes here have 32 bits: a sheet is cut long before that. */
function descriptor({ crc, packed, plain }: Written): Buffer {
  if (plain > MAX_32 || packed > MAX_32) throw new Error('a file in an archive has more than 4 GB');
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(DESCRIPTOR, 0);
  bytes.writeUInt32LE(crc, 4);
  bytes.writeUInt32LE(packed, 8);
  bytes.writeUInt32LE(plain, 12);
  return bytes;
}

function centralHeader({ name, crc, packed, plain, at }: Written): Buffer {
  const isFar = at > MAX_32;
  const far = Buffer.alloc(isFar ? 12 : 0);
  if (isFar) {
    far.writeUInt16LE(1, 0);
    far.writeUInt16LE(8, 2);
    far.writeBigUInt64LE(BigInt(at), 4);
  }
  const bytes = Buffer.alloc(46);
  bytes.writeUInt32LE(CENTRAL, 0);
  bytes.writeUInt16LE(VERSION_64, 4);
  bytes.writeUInt16LE(VERSION_64, 6);
  bytes.writeUInt16LE(FLAGS, 8);
  bytes.writeUInt16LE(DEFLATED, 10);
  bytes.writeUInt16LE(DATE, 14);
  bytes.writeUInt32LE(crc, 16);
  bytes.writeUInt32LE(packed, 20);
  bytes.writeUInt32LE(plain, 24);
  bytes.writeUInt16LE(name.length, 28);
  bytes.writeUInt16LE(far.length, 30);
  bytes.writeUInt32LE(isFar ? MAX_32 : at, 42);
  return Buffer.concat([bytes, name, far]);
}

function ending(count: number, size: number, at: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(Math.min(at, MAX_32), 16);
  if (at <= MAX_32) return end;
  const far = Buffer.alloc(56);
  far.writeUInt32LE(END_64, 0);
  far.writeBigUInt64LE(44n, 4);
  far.writeUInt16LE(VERSION_64, 12);
  far.writeUInt16LE(VERSION_64, 14);
  far.writeBigUInt64LE(BigInt(count), 24);
  far.writeBigUInt64LE(BigInt(count), 32);
  far.writeBigUInt64LE(BigInt(size), 40);
  far.writeBigUInt64LE(BigInt(at), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(LOCATOR_64, 0);
  locator.writeBigUInt64LE(BigInt(at + size), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([far, locator, end]);
}
