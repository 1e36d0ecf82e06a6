// The typed door to the server: signed calls, fresh tokens, keys for intents, and uploads.
import { createClient, refreshSession, uploadFile, type Client, type Got, type Transport } from '@jishi/contract';
import { useRef } from 'react';
import { key } from '@/bridge/chance';
import { send } from '@/bridge/http';
import { place } from '@/bridge/place';
import { storage } from '@/bridge/storage';
import type { ChosenPicture } from '@/bridge/types';
import { createIntent, type Intent } from '@/session/intent';
import { learnLine } from '@/session/network';
import { createStore } from '@/session/store';
import { createRenewal, goingOn, signed, type Tokens } from '@/session/tokens';

const KEPT = 'tokens';

const heard: Transport = async (request) => {
  try {
    const answer = await send(request);
    learnLine(true);
    return answer;
  } catch (problem) {
    learnLine(false);
    throw problem;
  }
};

const plain = createClient(place.apiBase, heard, () => ({ 'x-client': place.name }));

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

const asBuyer = signed(plain, tokens.get, renewal);

/** Asks for a sign-in; set by the session, which knows how. */
let enterAgain: () => Promise<boolean> = () => Promise.resolve(false);

export function whenExpired(enter: () => Promise<boolean>) {
  enterAgain = enter;
}

/** Calls an endpoint of the contract. */
export const api: Client = goingOn(asBuyer, () => enterAgain());

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
