// The frame around one kept page: its own address while it is hidden, and its dialogs go and come with it.
import {
  defineComponent,
  h,
  inject,
  onActivated,
  onDeactivated,
  provide,
  shallowReactive,
  watch,
  type Component,
} from 'vue';
import { routeLocationKey, type RouteLocationNormalizedLoaded } from 'vue-router';

const AWAY = 'page-is-away';

export function pageFrame(name: string, path: string, page: Component): Component {
  return defineComponent({
    name,
    setup() {
      const live = inject(routeLocationKey) as RouteLocationNormalizedLoaded;
      const own = shallowReactive({ ...live });
      // While it is hidden a page hears nothing of where one walks; else it would load what is not its own.
      watch(
        () => live.fullPath,
        () => live.path === path && Object.assign(own, live),
        { flush: 'sync' },
      );
      provide(routeLocationKey, own as RouteLocationNormalizedLoaded);
      hideDialogs();
      return () => h(page);
    },
  });
}

/** Dialogs stand in the body, outside of what Vue puts away; one that is open when the page is left would lie over the next. */
function hideDialogs(): void {
  let mine: Element[] = [];
  onDeactivated(() => {
    // The next page is mounted by now: its dialogs, still closed, are none of ours and must open when they are asked to.
    const dialogs = document.querySelectorAll<HTMLElement>(`body .el-overlay:not(.${AWAY}, .of-the-frame)`);
    mine = [...dialogs].filter((dialog) => dialog.style.display !== 'none');
    for (const dialog of mine) dialog.classList.add(AWAY);
  });
  onActivated(() => {
    for (const dialog of mine) dialog.classList.remove(AWAY);
    mine = [];
  });
}
