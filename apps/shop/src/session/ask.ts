// Asking the server from a screen: one value, or a list that goes on while one scrolls.
import { ApiError } from '@jishi/contract';
import { useCallback, useEffect, useRef, useState } from 'react';
import { tokens } from '@/api';
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

/**
 * Asks when the screen opens, when `name` changes and when somebody signs in or out.
 * A late answer to an earlier question is dropped.
 */
export function useAsk<T>(name: string, ask: () => Promise<T>): Asked<T> {
  const [state, setState] = useState<Omit<Asked<T>, 'reload' | 'put'>>({ value: null, problem: null, isLoading: true });
  const latest = useRef({ ask, turn: 0 });
  latest.current.ask = ask;
  const isIn = useStore(tokens) !== null;
  const { isEntering } = useSession();
  const reload = useCallback(async () => {
    latest.current.turn += 1;
    const { turn } = latest.current;
    setState((before) => ({ ...before, problem: null, isLoading: true }));
    try {
      const value = await latest.current.ask();
      if (turn === latest.current.turn) setState({ value, problem: null, isLoading: false });
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (turn === latest.current.turn) setState((before) => ({ ...before, problem, isLoading: false }));
    }
  }, []);
  const put = useCallback((value: T) => {
    latest.current.turn += 1;
    setState({ value, problem: null, isLoading: false });
  }, []);
  useEffect(() => {
    setState({ value: null, problem: null, isLoading: true });
  }, [name]);
  useEffect(() => {
    if (!isEntering) void reload();
  }, [name, isIn, isEntering, reload]);
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
  const latest = useRef({ ask, turn: 0, busy: false });
  latest.current.ask = ask;
  const isIn = useStore(tokens) !== null;
  const { isEntering } = useSession();
  const load = useCallback(async (cursor: string | null) => {
    const mine = latest.current;
    mine.turn += 1;
    const { turn } = mine;
    mine.busy = true;
    setState((before) => ({ ...before, isLoading: true, problem: null }));
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
      if (turn === mine.turn) setState((before) => ({ ...before, isLoading: false, problem }));
    } finally {
      if (turn === mine.turn) mine.busy = false;
    }
  }, []);
  const reload = useCallback(() => load(null), [load]);
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
