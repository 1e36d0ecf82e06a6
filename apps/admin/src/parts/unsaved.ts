// Work that is not saved yet: switching pages keeps it, closing its tab or the browser asks first.
import { onBeforeUnmount, onMounted } from 'vue';
import { useRoute } from 'vue-router';
import { useTabs } from '../shell/tabs.ts';

export function useUnsaved(isDirty: () => boolean): void {
  const { path } = useRoute();
  const tabs = useTabs();
  const warn = (event: BeforeUnloadEvent) => {
    if (isDirty()) event.preventDefault();
  };
  onMounted(() => {
    tabs.guard(path, isDirty);
    globalThis.addEventListener('beforeunload', warn);
  });
  onBeforeUnmount(() => {
    tabs.guard(path, null);
    globalThis.removeEventListener('beforeunload', warn);
  });
}
