// Asking the server from a screen: one value, or a list that goes on while one scrolls.
import { ApiError } from '@jishi/contract';
import { useCallback, useEffect, useRef, useState } from 'react';
import { tokens } from '@/api';
import { line } from './network.ts';
import { useSession } from './session.ts';
import { useStore } from './store.ts';

export type Asked<T> = {
  value: T | null;
  problem: ApiError | null;
  isLoading: boolean;
  reload: () => Promise<void>;
  /** Puts in an answer that another call has brought. */
  put: (value: T) => void;
};

/** Turns anything thrown into a refusal that a screen can show. */
export function asProblem(problem: unknown): ApiError {
  if (problem instanceof ApiError) return problem;
  return new ApiError(0, { code: 'server.failed', message: '页面出了点问题，请重试' });
}

/** How long to wait before asking again by ourselves when no answer came. */
const AGAIN_MS = 5000;

/** What earlier screens have learnt, by name: shown at once while the same is asked anew. */
const known = new Map<string, unknown>();
const KNOWN_MAX = 40;

function remember(name: string, value: unknown) {
  known.delete(name);
  known.set(name, value);
  const [oldest] = known.keys();
  if (known.size > KNOWN_MAX && oldest !== undefined) known.delete(oldest);
}

/** Asks again by itself once the line is good, and now and then while the server is silent. */
function useAgain(problem: ApiError | null, again: () => Promise<void>) {
  const state = useStore(line);
  const isLost = problem?.code === 'network';
  useEffect(() => {
    if (!isLost || state === 'cut') return undefined;
    const timer = setTimeout(() => void again(), state === 'good' ? 0 : AGAIN_MS);
    return () => clearTimeout(timer);
  }, [isLost, problem, state, again]);
}

/** Refusals after which nothing of what was shown may stay on the screen. */
const NOT_MINE = new Set<string>(['auth.required', 'auth.refresh_invalid', 'auth.blocked']);

/**
 * Asks when the screen opens, when `name` changes and when somebody signs in or out.
 * A late answer to an earlier question is dropped.
 */
export function useAsk<T>(name: string, ask: () => Promise<T>, { keep = false } = {}): Asked<T> {
  const first = () => (keep ? ((known.get(name) as T | undefined) ?? null) : null);
  const [state, setState] = useState<Omit<Asked<T>, 'reload' | 'put'>>(() => ({
    value: first(),
    problem: null,
    isLoading: true,
  }));
  const latest = useRef({ ask, turn: 0, name, keep, first });
  latest.current.ask = ask;
  latest.current.first = first;
  latest.current.name = name;
  const isIn = useStore(tokens) !== null;
  const { isEntering } = useSession();
  const load = useCallback(async (isQuiet: boolean) => {
    const mine = latest.current;
    mine.turn += 1;
    const { turn } = mine;
    setState((before) => ({ ...before, problem: isQuiet ? before.problem : null, isLoading: true }));
    try {
      const value = await mine.ask();
      if (turn !== mine.turn) return;
      if (mine.keep) remember(mine.name, value);
      setState({ value, problem: null, isLoading: false });
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (turn !== mine.turn) return;
      setState((before) => ({
        value: NOT_MINE.has(problem.code) ? null : before.value,
        problem,
        isLoading: false,
      }));
    }
  }, []);
  const reload = useCallback(() => load(false), [load]);
  const again = useCallback(() => load(true), [load]);
  const put = useCallback((value: T) => {
    latest.current.turn += 1;
    setState({ value, problem: null, isLoading: false });
  }, []);
  useEffect(() => {
    setState({ value: latest.current.first(), problem: null, isLoading: true });
  }, [name]);
  useEffect(() => {
    if (!isEntering) void reload();
  }, [name, isIn, isEntering, reload]);
  useAgain(state.problem, again);
  return { ...state, reload, put };
}

export type Scrolled<T> = {
  items: T[];
  problem: ApiError | null;
  isLoading: boolean;
  /** The first page has not come yet. */
  isFirst: boolean;
  hasMore: boolean;
  more: () => Promise<void>;
  reload: () => Promise<void>;
  change: (edit: (items: T[]) => T[]) => void;
};

type Page<T> = { items: T[]; nextCursor: string | null };
type Scroll<T> = { items: T[]; next: string | null; isFirst: boolean; isLoading: boolean; problem: ApiError | null };

/** A list by cursor. `name` says what is listed: when it changes the list starts anew. */
export function useScroll<T>(name: string, ask: (cursor: string | undefined) => Promise<Page<T>>): Scrolled<T> {
  const fresh: Scroll<T> = { items: [], next: null, isFirst: true, isLoading: true, problem: null };
  const [state, setState] = useState(fresh);
  const latest = useRef({ ask, turn: 0, busy: false, cursor: null as string | null });
  latest.current.ask = ask;
  const isIn = useStore(tokens) !== null;
  const { isEntering } = useSession();
  const load = useCallback(async (cursor: string | null, isQuiet = false) => {
    const mine = latest.current;
    mine.turn += 1;
    const { turn } = mine;
    mine.busy = true;
    mine.cursor = cursor;
    setState((before) => ({ ...before, isLoading: true, problem: isQuiet ? before.problem : null }));
    try {
      const page = await mine.ask(cursor ?? undefined);
      if (turn !== mine.turn) return;
      setState((before) => ({
        items: cursor === null ? page.items : [...before.items, ...page.items],
        next: page.nextCursor,
        isFirst: false,
        isLoading: false,
        problem: null,
      }));
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (turn !== mine.turn) return;
      // The session is over: what was listed belongs to whoever was signed in.
      if (NOT_MINE.has(problem.code)) setState({ items: [], next: null, isFirst: true, isLoading: false, problem });
      else setState((before) => ({ ...before, isLoading: false, problem }));
    } finally {
      if (turn === mine.turn) mine.busy = false;
    }
  }, []);
  const reload = useCallback(() => load(null), [load]);
  const again = useCallback(() => load(latest.current.cursor, true), [load]);
  useAgain(state.problem, again);
  const { next } = state;
  const more = useCallback(async () => {
    if (next !== null && !latest.current.busy) await load(next);
  }, [next, load]);
  useEffect(() => {
    setState({ items: [], next: null, isFirst: true, isLoading: true, problem: null });
    if (!isEntering) void load(null);
  }, [name, isIn, isEntering, load]);
  const change = useCallback((edit: (items: T[]) => T[]) => {
    setState((before) => ({ ...before, items: edit(before.items) }));
  }, []);
  return { ...state, hasMore: next !== null, more, reload, change };
}
