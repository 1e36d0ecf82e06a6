// The list one comes from, kept in mind: so that a page of one thing can lead on to the next without going back.
import { computed, shallowRef } from 'vue';

/** Ids in the order of the list as it was last seen, by the name of the list. */
const seen = shallowRef<Record<string, readonly string[]>>({});

export function keepInMind(list: string, ids: readonly string[]): void {
  seen.value = { ...seen.value, [list]: ids };
}

export function useBeside(list: string, id: string) {
  const at = computed(() => (seen.value[list] ?? []).indexOf(id));
  const idAt = (step: number) => (at.value < 0 ? undefined : seen.value[list]?.[at.value + step]);
  return { before: computed(() => idAt(-1)), after: computed(() => idAt(1)) };
}
