// Loading one thing for a page: the value, a busy flag and an error that offers to try again.
import { ApiError } from '@jishi/contract';
import { ref, shallowRef } from 'vue';
import { useReturn } from './list.ts';

/** `onReturn` loads again, unseen, when one comes back to the page. Not for forms: it would write over a draft. */
export function useLoad<T>(work: () => Promise<T>, options: { onReturn?: boolean } = {}) {
  const value = shallowRef<T | null>(null);
  const busy = ref(false);
  const error = ref('');
  let turn = 0;

  /** Loads again; only the latest call may change what is shown. */
  const load = () => ask(true);

  async function ask(isSeen: boolean): Promise<void> {
    turn += 1;
    const mine = turn;
    busy.value = isSeen;
    error.value = '';
    try {
      const next = await work();
      if (mine === turn) value.value = next;
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause;
      if (mine === turn) error.value = cause.message;
    } finally {
      if (mine === turn) busy.value = false;
    }
  }

  /** Shows what an action answered, without asking again. */
  function show(next: T): void {
    turn += 1;
    busy.value = false;
    error.value = '';
    value.value = next;
  }

  if (options.onReturn) useReturn(() => ask(false));
  return { value, busy, error, load, show };
}
