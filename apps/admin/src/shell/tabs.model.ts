// The row of opened pages, as plain rules: what opens, what closes, and where one stands afterwards.

export type Tab = {
  /** Says which page it is; the query belongs to what the page shows. */
  path: string;
  fullPath: string;
  title: string;
  /** How far down one had read. */
  top: number;
};

/** More pages than this are not kept alive: memory, and nobody finds them again. */
export const TABS_MAX = 14;

/** Opens or refreshes a tab. Beyond the limit the one opened first goes, but never the last one or one that is `held`. */
export function opened(tabs: readonly Tab[], next: Omit<Tab, 'top'>, held: (path: string) => boolean): Tab[] {
  const known = tabs.find(({ path }) => path === next.path);
  if (known) return tabs.map((tab) => (tab === known ? { ...tab, fullPath: next.fullPath } : tab));
  const all = [...tabs, { ...next, top: 0 }];
  if (all.length <= TABS_MAX) return all;
  const goes = all.find((tab, at) => at < all.length - 1 && !held(tab.path));
  return all.filter((tab) => tab !== goes);
}

/** Where one stands when a tab closes: its right neighbour, else its left one. */
export function beside(tabs: readonly Tab[], path: string): Tab | null {
  const at = tabs.findIndex((tab) => tab.path === path);
  return tabs[at + 1] ?? tabs[at - 1] ?? null;
}

/** What is left of a remembered row: an older release or a curious person may have written anything. */
export function tabsFrom(kept: unknown, mayOpen: (path: string) => boolean): Tab[] {
  if (!Array.isArray(kept)) return [];
  const paths = new Set<string>();
  return kept
    .flatMap((one: unknown) => {
      const { path, fullPath, title, top } = (one ?? {}) as Partial<Record<keyof Tab, unknown>>;
      if (typeof path !== 'string' || typeof fullPath !== 'string' || typeof title !== 'string') return [];
      if (!fullPath.startsWith(path) || paths.has(path) || !mayOpen(path)) return [];
      paths.add(path);
      return [{ path, fullPath, title, top: typeof top === 'number' ? top : 0 }];
    })
    .slice(0, TABS_MAX);
}
