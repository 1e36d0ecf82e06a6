// How Node itself is set for the server, wherever it is started: `npm start`, `npm run serve` and the bench say the same.

/**
 * Left alone, V8 takes what a large machine offers: 128 MB for new objects, of which a request needs a few KB, and an old
 * space that is cleaned only when hundreds of MB have gathered. With these bounds the server needs half as much at load
 * and is as fast; bench/README.md has the figures. What is live is 45 to 80 MB, so the bound is far from any honest use.
 * @type {readonly string[]}
 */
export const serverFlags = ['--max-semi-space-size=8', '--max-old-space-size=256'];

/**
 * What glibc is told before Node starts; it reads it then and never again. Each thread that asks for memory would get an
 * arena of its own, and keep what was free in it: packing, hashing and V8 have a dozen threads between them.
 * @type {Readonly<Record<string, string>>}
 */
export const serverEnv = { MALLOC_ARENA_MAX: '2' };
