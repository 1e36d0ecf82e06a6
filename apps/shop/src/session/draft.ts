// What a buyer has typed and not yet sent: it outlives a sign-in that leads away from the page, and a step back too many.
import type { KeptBridge } from '@/bridge/types';

const KEPT = 'drafts';
/** Whoever comes back later than this begins anew. */
const AGE_MAX_MS = 30 * 60 * 1000;

type Kept = Record<string, { value: unknown; keptAt: number }>;

/** Keeps drafts by name in `kept`, by the clock `now`. */
export function createDrafts(kept: KeptBridge, now: () => number) {
  const isFresh = ({ keptAt }: { keptAt: number }) => now() - keptAt <= AGE_MAX_MS;
  const all = (): Kept =>
    Object.fromEntries(Object.entries(kept.read<Kept>(KEPT) ?? {}).filter(([, draft]) => isFresh(draft)));
  return {
    read: <T>(name: string) => (all()[name]?.value as T | undefined) ?? null,
    write: (name: string, value: unknown) => kept.write(KEPT, { ...all(), [name]: { value, keptAt: now() } }),
    /** One that has been sent. */
    drop(name: string) {
      const { [name]: _sent, ...rest } = all();
      kept.write(KEPT, rest);
    },
    /** All of them: somebody else may be next. */
    forget: () => kept.remove(KEPT),
  };
}
