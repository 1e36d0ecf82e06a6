// Whether the server can be reached: screens keep what they show while it cannot, and ask again by themselves afterwards.
import { networkBridge } from '@/bridge/network';
import { createStore } from './store.ts';

/** `cut`: the phone has no network. `mute`: it has, but the server does not answer. */
export type Line = 'good' | 'cut' | 'mute';

export const line = createStore<Line>('good');

networkBridge.watch((isOnline) => line.set(isOnline ? 'good' : 'cut'));

/** What an answer, or none, says about the line. */
export function learnLine(isAnswered: boolean) {
  if (isAnswered) line.set('good');
  else if (line.get() === 'good') line.set('mute');
}
