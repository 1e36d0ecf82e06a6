// Signing in on the web: off to WeChat's authorisation page and back with a code and our own state.
import { key } from '@/bridge/chance';
import { storage } from '@/bridge/storage';
import type { LoginBridge } from '../types.ts';

const KEPT = 'login-state';
/** The server takes no longer addresses; a search of fifty characters can be one. */
const RETURN_MAX = 500;

export const loginBridge: LoginBridge = {
  async begin(addressOf) {
    const state = key();
    const here = new URL(window.location.href);
    here.searchParams.delete('code');
    here.searchParams.delete('state');
    const url = await addressOf(here.href.length > RETURN_MAX ? `${here.origin}/` : here.href, state);
    storage.write(KEPT, state);
    window.location.assign(url);
    return null;
  },
  returned() {
    const here = new URL(window.location.href);
    const code = here.searchParams.get('code');
    const state = here.searchParams.get('state');
    if (code === null || state === null) return null;
    // Gone from the address bar before anything else, so that neither a reload nor a shared link repeats it.
    here.searchParams.delete('code');
    here.searchParams.delete('state');
    window.history.replaceState(window.history.state, '', here.href);
    const expected = storage.read<string>(KEPT);
    storage.remove(KEPT);
    // Somebody else's code in our address: an attempt to make the buyer act under a foreign account.
    if (expected === null || expected !== state) return null;
    return { code, platform: 'h5' };
  },
};
