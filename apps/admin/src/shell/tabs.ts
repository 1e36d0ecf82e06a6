// The opened pages: kept alive while their tab stands, remembered through a reload for as long as the browser window lives.
import { defineStore } from 'pinia';
import { ref, watch } from 'vue';
import { beside, opened, tabsFrom, type Tab } from './tabs.model.ts';

const SLOT = 'jishi.admin.tabs';

export const useTabs = defineStore('tabs', () => {
  const tabs = ref<Tab[]>([]);
  /** Counts up when a page is to be built anew. */
  const builds = ref<Record<string, number>>({});
  const guards = new Map<string, () => boolean>();
  let owner = '';

  const isDirty = (path: string) => guards.get(path)?.() ?? false;

  /** Another person's tabs are none of mine. */
  function restore(staffId: string, mayOpen: (path: string) => boolean): void {
    if (owner === staffId) return;
    const isHandover = owner !== '';
    owner = staffId;
    tabs.value = isHandover ? [] : tabsFrom(remembered(staffId), mayOpen);
  }

  function open(page: { path: string; fullPath: string; title: string }): void {
    tabs.value = opened(tabs.value, page, isDirty);
  }

  /** Closes without a question; answers where to go when one stood there. */
  function close(path: string): string | null {
    const next = beside(tabs.value, path);
    tabs.value = tabs.value.filter((tab) => tab.path !== path);
    guards.delete(path);
    return next?.fullPath ?? null;
  }

  function change(path: string, what: Partial<Tab>): void {
    tabs.value = tabs.value.map((tab) => (tab.path === path ? { ...tab, ...what } : tab));
  }

  function rebuild(path: string): void {
    guards.delete(path);
    builds.value = { ...builds.value, [path]: (builds.value[path] ?? 0) + 1 };
  }

  function guard(path: string, isDirtyNow: (() => boolean) | null): void {
    if (isDirtyNow) guards.set(path, isDirtyNow);
    else guards.delete(path);
  }

  watch(tabs, (now) => {
    if (owner) remember(owner, now);
  });

  return {
    tabs,
    builds,
    isDirty,
    restore,
    open,
    close,
    rebuild,
    guard,
    name: (path: string, title: string) => change(path, { title }),
    scrolled: (path: string, top: number) => change(path, { top }),
    at: (path: string) => tabs.value.find((tab) => tab.path === path),
  };
});

function remembered(staffId: string): unknown {
  try {
    const kept = JSON.parse(sessionStorage.getItem(SLOT) ?? 'null') as { staffId?: unknown; tabs?: unknown } | null;
    return kept?.staffId === staffId ? kept.tabs : null;
  } catch {
    return null;
  }
}

function remember(staffId: string, tabs: readonly Tab[]): void {
  try {
    sessionStorage.setItem(SLOT, JSON.stringify({ staffId, tabs }));
  } catch {
    // A browser that keeps nothing still shows the tabs.
  }
}
