// The typed door to the server: signed calls, fresh tokens, keys for intents, and uploads.
import { createClient, refreshSession, uploadFile, type Got } from '@jishi/contract';
import { useRef } from 'react';
import { key } from '@/bridge/chance';
import { send } from '@/bridge/http';
import { place } from '@/bridge/place';
import { storage } from '@/bridge/storage';
import type { ChosenPicture } from '@/bridge/types';
import { createIntent, type Intent } from '@/session/intent';
import { createStore } from '@/session/store';
import { createRenewal, signed, type Tokens } from '@/session/tokens';

const KEPT = 'tokens';

const plain = createClient(place.apiBase, send, () => ({ 'x-client': place.name }));

/** The tokens of whoever is signed in on this device; null for a guest. */
export const tokens = createStore<Tokens | null>(storage.read<Tokens>(KEPT));
storage.watch(KEPT, () => tokens.set(storage.read<Tokens>(KEPT)));

export function keepTokens(next: Tokens | null) {
  if (next === null) storage.remove(KEPT);
  else storage.write(KEPT, { accessToken: next.accessToken, refreshToken: next.refreshToken });
  tokens.set(next);
}

const renewal = createRenewal({
  // From storage, not from memory: another tab may have renewed since.
  read: () => storage.read<Tokens>(KEPT) ?? tokens.get(),
  write: keepTokens,
  refresh: (refreshToken) => plain(refreshSession, { refreshToken }),
  alone: (work) => storage.alone('renewal', work),
});

/** Calls an endpoint of the contract. */
export const api = signed(plain, tokens.get, renewal);

/** The intent of one screen; stays the same while the screen lives. */
export function useIntent(): Intent {
  const kept = useRef<Intent | null>(null);
  kept.current ??= createIntent(key);
  return kept.current;
}

/** Sends one picture from the phone. */
export function uploadPicture(picture: ChosenPicture): Promise<Got<typeof uploadFile>> {
  return api(uploadFile, {}, { form: picture });
}
