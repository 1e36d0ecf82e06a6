// Who is shopping: signing in and out, and the sheet that asks for it only when it is needed.
import { ApiError, login, loginAddress, logout, type getMe, type Got, type Id } from '@jishi/contract';
import { useCallback, useEffect, useState } from 'react';
import { api, keepTokens, tokens, whenExpired } from '@/api';
import { now } from '@/bridge/clock';
import { loginBridge } from '@/bridge/login';
import { storage } from '@/bridge/storage';
import type { LoginTicket } from '@/bridge/types';
import { createDrafts } from './draft.ts';
import { createErrands, type Errand } from './errand.ts';
import { createStore, useStore } from './store.ts';

export type Me = Got<typeof getMe>;

const KEPT = 'me';
const me = createStore<Me | null>(storage.read<Me>(KEPT));

/** True while a code that WeChat sent us back with is being exchanged: screens wait instead of asking again. */
const entering = createStore(false);

type Asking = { answer: (isIn: boolean) => void; errand: Errand | null };
const asking = createStore<Asking | null>(null);

const drafts = createDrafts(storage.tab, now);
const errands = createErrands(storage.tab, now);
/** What this sign-in was for, until its page has taken it up. */
const resumed = createStore<Errand | null>(null);

export function keepMe(next: Me | null) {
  if (next === null) storage.remove(KEPT);
  else storage.write(KEPT, next);
  me.set(next);
}

export function useSession() {
  const isIn = useStore(tokens) !== null;
  const profile = useStore(me);
  return { isIn, isEntering: useStore(entering), me: isIn ? profile : null };
}

export function isSignedIn() {
  return tokens.get() !== null;
}

/** Exchanges a code for a session. */
async function enter(ticket: LoginTicket) {
  const session = await api(login, ticket);
  if (session.me.id !== me.get()?.id) drafts.forget();
  keepTokens(session);
  keepMe(session.me);
}

/** Takes up a sign-in that went through WeChat's own page. Called once, when the shop starts. */
export async function resumeLogin(failed: (message: string) => void) {
  const ticket = loginBridge.returned();
  // Nobody has signed in: what was kept for that is over.
  if (ticket === null) return errands.forget();
  entering.set(true);
  try {
    await enter(ticket);
    resumed.set(errands.take());
  } catch (problem) {
    errands.forget();
    failed(problem instanceof ApiError ? problem.message : '登录失败，请重试');
  } finally {
    entering.set(false);
  }
}

/** Signs in now. False when the page is leaving for WeChat. */
export async function signIn(): Promise<boolean> {
  const errand = asking.get()?.errand ?? null;
  const ticket = await loginBridge.begin(async (returnTo, state) => {
    const { url } = await api(loginAddress, { returnTo, state });
    // A long address comes back to the home page, where nobody would take it up.
    if (errand !== null && returnTo.includes(errand.productId)) errands.keep(errand);
    else errands.forget();
    return url;
  });
  if (ticket === null) return false;
  await enter(ticket);
  return true;
}

export async function signOut() {
  // The session ends here even when the server cannot be told.
  await api(logout, {}).catch(() => undefined);
  keepTokens(null);
  keepMe(null);
  drafts.forget();
}

/**
 * Makes sure somebody is signed in, asking if needed. False when the buyer would rather not.
 * On the web there may be no answer, since the page is left: then `errand` is what `useErrand` finds afterwards.
 */
export function askToSignIn(errand: Errand | null = null): Promise<boolean> {
  if (isSignedIn()) return Promise.resolve(true);
  asking.get()?.answer(false);
  return new Promise((resolve) => {
    asking.set({
      answer(isIn) {
        asking.set(null);
        resolve(isIn);
      },
      errand,
    });
  });
}

whenExpired(() => askToSignIn());

export function useAsking() {
  return useStore(asking);
}

/** Hands over, once, what the buyer meant to do with this product before the sign-in led away from the page. */
export function useErrand(productId: Id<'product'>, carryOut: (errand: Errand) => void) {
  const errand = useStore(resumed);
  useEffect(() => {
    if (errand?.productId !== productId || resumed.get() !== errand) return;
    resumed.set(null);
    carryOut(errand);
  });
}

/** Like `useState`, but what was put in is found again by `name` until `sent` says that it is no longer needed. */
export function useDraft<T>(name: string, first: T) {
  const [value, setValue] = useState<T>(() => drafts.read<T>(name) ?? first);
  const put = useCallback(
    (edit: (before: T) => T) =>
      setValue((before) => {
        const next = edit(before);
        drafts.write(name, next);
        return next;
      }),
    [name],
  );
  const sent = useCallback(() => drafts.drop(name), [name]);
  return { value, put, sent };
}
