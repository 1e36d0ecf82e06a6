// What a page may do with its own tab: give it the name of what it shows, and close it when it is done.
import { useRoute, useRouter, type RouteLocationRaw } from 'vue-router';
import { useTabs } from '../shell/tabs.ts';

export function useTab() {
  const { path } = useRoute();
  const router = useRouter();
  const tabs = useTabs();
  return {
    name: (title: string) => tabs.name(path, title),
    /** Closes without asking and goes on to `next`, or to the tab beside. */
    close: async (next?: RouteLocationRaw) => {
      const beside = tabs.close(path);
      await router.replace(next ?? beside ?? '/');
    },
  };
}
