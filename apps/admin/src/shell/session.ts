// Who is signed in and what they may do: asked once, kept until the server says otherwise.
import {
  changeStaffPassword,
  getStaffMe,
  staffLogin,
  staffLogout,
  type Endpoint,
  type Permission,
  type Sent,
} from '@jishi/contract';
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import { call, connectDoor, setCsrfToken, type StaffMe } from './api.ts';

/** The time between the end of a session and the return of its person: whoever calls the server waits for that. */
function useAbsence(isHere: () => boolean, leave: () => void) {
  /** Standing while the session is over and the same person may come back; answers whether they did. */
  const absence = shallowRef<{ back: Promise<boolean>; end: (isBack: boolean) => void } | null>(null);
  let isLeaving = false;

  /** Several calls may hear of the same end: they wait together. Somebody who was never here has nothing to lose. */
  function lost(): Promise<boolean> {
    if (absence.value && !isLeaving) return absence.value.back;
    if (!isHere() || isLeaving) {
      leave();
      return Promise.resolve(false);
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const end = (isBack: boolean) => {
      absence.value = null;
      if (!isBack) leave();
      resolve(isBack);
    };
    absence.value = { back: promise, end };
    return promise;
  }

  /** Going on purpose: nobody is asked to sign in again, and whoever waits hears that nobody comes back. */
  async function leaveFor(work: () => Promise<unknown>): Promise<void> {
    isLeaving = true;
    try {
      await work();
    } finally {
      isLeaving = false;
      absence.value?.end(false);
      leave();
    }
  }
  return { absence, lost, leaveFor };
}

export const useSession = defineStore('session', () => {
  const me = ref<StaffMe | null>(null);
  const isAsked = ref(false);
  /** Set when the server ended the session, so that the login page can say why it appeared. */
  const hasExpired = ref(false);

  function enter(next: StaffMe): void {
    me.value = next;
    isAsked.value = true;
    hasExpired.value = false;
    setCsrfToken(next.csrfToken);
  }

  function leave(): void {
    // Several calls may hear of the same end; only the first one still knows that somebody was here.
    hasExpired.value ||= me.value !== null;
    me.value = null;
    isAsked.value = true;
    setCsrfToken('');
  }

  const { absence, lost, leaveFor } = useAbsence(() => me.value !== null, leave);
  connectDoor({ onRefreshed: enter, onSignedOut: lost });

  /** Signs in again where one stands. Somebody else begins anew: what is on the screen is not theirs. */
  async function comeBack(input: Sent<typeof staffLogin>): Promise<void> {
    const was = me.value?.id;
    enter(await call(staffLogin, input));
    if (me.value?.id === was && !me.value?.mustChangePassword) absence.value?.end(true);
    else globalThis.location.reload();
  }

  /** Asks the server once who we are; nobody is an answer too. */
  async function ask(): Promise<void> {
    if (isAsked.value) return;
    try {
      enter(await call(getStaffMe, {}));
    } catch {
      leave();
    }
  }

  async function signIn(input: Sent<typeof staffLogin>): Promise<void> {
    enter(await call(staffLogin, input));
  }

  async function signOut(): Promise<void> {
    await leaveFor(() => call(staffLogout, {}));
    hasExpired.value = false;
  }

  async function changePassword(input: Sent<typeof changeStaffPassword>): Promise<void> {
    enter(await call(changeStaffPassword, input));
  }

  function has(permission: Permission): boolean {
    return me.value?.permissions.includes(permission) ?? false;
  }

  /** May this person call the endpoint? The button, the menu and the server ask the same contract. */
  function may(endpoint: Endpoint): boolean {
    if (endpoint.permission === 'self') return me.value !== null;
    return endpoint.permission !== undefined && has(endpoint.permission);
  }

  return { me, hasExpired, absence, ask, signIn, comeBack, signOut, changePassword, has, may };
});
