// Who is shopping: signing in and out, and the sheet that asks for it only when it is needed.
import { ApiError, login, loginAddress, logout, type getMe, type Got } from '@jishi/contract';
import { api, keepTokens, tokens } from '@/api';
import { loginBridge } from '@/bridge/login';
import { storage } from '@/bridge/storage';
import type { LoginTicket } from '@/bridge/types';
import { createStore, useStore } from './store.ts';

export type Me = Got<typeof getMe>;

const KEPT = 'me';
const me = createStore<Me | null>(storage.read<Me>(KEPT));

/** True while a code that WeChat sent us back with is being exchanged: screens wait instead of asking again. */
const entering = createStore(false);

type Asking = { answer: (isIn: boolean) => void };
const asking = createStore<Asking | null>(null);

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
  keepTokens(session);
  keepMe(session.me);
}

/** Takes up a sign-in that went through WeChat's own page. Called once, when the shop starts. */
export async function resumeLogin(failed: (message: string) => void) {
  const ticket = loginBridge.returned();
  if (ticket === null) return;
  entering.set(true);
  try {
    await enter(ticket);
  } catch (problem) {
    failed(problem instanceof ApiError ? problem.message : '登录失败，请重试');
  } finally {
    entering.set(false);
  }
}

/** Signs in now. False when the page is leaving for WeChat. */
export async function signIn(): Promise<boolean> {
  const ticket = await loginBridge.begin(async (returnTo, state) => (await api(loginAddress, { returnTo, state })).url);
  if (ticket === null) return false;
  await enter(ticket);
  return true;
}

export async function signOut() {
  // The session ends here even when the server cannot be told.
  await api(logout, {}).catch(() => undefined);
  keepTokens(null);
  keepMe(null);
}

/** Makes sure somebody is signed in, asking if needed. False when the buyer would rather not. */
export function askToSignIn(): Promise<boolean> {
  if (isSignedIn()) return Promise.resolve(true);
  asking.get()?.answer(false);
  return new Promise((resolve) => {
    asking.set({
      answer(isIn) {
        asking.set(null);
        resolve(isIn);
      },
    });
  });
}

export function useAsking() {
  return useStore(asking);
}
