// Keeps the world in one JSON file, written whole and moved into place, so that a crash leaves the old file or the new one.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyWorld, type World } from './world.ts';

export type WorldStore = {
  /** Says that something changed; the file follows within a moment. */
  touch(): void;
  /** Writes now what was touched. */
  flush(): void;
};

const fileName = 'wechat-sim.json';
const layout = 1;
const writeDelayMs = 150;

/** The world of the last run, or nothing when there is none or it was written by another layout. */
export function readWorld(stateDir: string | null): World | null {
  if (stateDir === null) return null;
  let text: string;
  try {
    text = readFileSync(join(stateDir, fileName), 'utf8');
  } catch {
    return null;
  }
  const saved: unknown = JSON.parse(text, (_key, value: unknown) => (isSavedMap(value) ? new Map(value.map) : value));
  if (typeof saved !== 'object' || saved === null || !('layout' in saved) || saved.layout !== layout) return null;
  // What a newer simulator remembers besides begins empty.
  return 'world' in saved ? { ...emptyWorld('public_key'), ...(saved.world as World) } : null;
}

export function createWorldStore(world: World, stateDir: string | null): WorldStore {
  if (stateDir === null) return { touch: () => {}, flush: () => {} };
  mkdirSync(stateDir, { recursive: true });
  const target = join(stateDir, fileName);
  let timer: NodeJS.Timeout | null = null;

  function flush(): void {
    if (timer === null) return;
    clearTimeout(timer);
    timer = null;
    const text = JSON.stringify({ layout, world }, (_key, value: unknown) =>
      value instanceof Map ? { map: [...value] } : value,
    );
    writeFileSync(`${target}.new`, text);
    renameSync(`${target}.new`, target);
  }

  return {
    touch() {
      timer ??= setTimeout(flush, writeDelayMs);
    },
    flush,
  };
}

function isSavedMap(value: unknown): value is { map: [unknown, unknown][] } {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === 1 &&
    'map' in value &&
    Array.isArray(value.map)
  );
}
