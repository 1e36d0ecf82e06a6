// Addresses and the guard: no session leads to login and back again, a foreign password must be changed first.
import { watch } from 'vue';
import {
  createRouter,
  createWebHistory,
  type RouteLocationNormalized,
  type RouteLocationRaw,
  type Router,
} from 'vue-router';
import { isOpenTo, landingFor } from './menu.ts';
import { AREAS, PAGES } from './pages.ts';
import { useSession } from './session.ts';
import { useTabs } from './tabs.ts';

/** The bars of the frame (theme.css --bars) and a little air. */
const BARS = 102;

export function createShellRouter(): Router {
  const router = createRouter({
    history: createWebHistory(import.meta.env.BASE_URL),
    routes: [
      { path: '/login', component: () => import('./login.vue'), meta: { title: '登录', open: true } },
      {
        path: '/password',
        component: () => import('./change-password.vue'),
        meta: { title: '修改密码', needs: 'self' },
      },
      {
        path: '/',
        component: () => import('./layout.vue'),
        children: [
          { path: '', component: () => import('./nothing-here.vue'), meta: { needs: 'self' } },
          ...PAGES.map((page) => ({
            path: page.path.slice(1),
            component: page.load,
            meta: { title: page.title, area: AREAS[page.area], under: page.under, needs: page.needs },
          })),
          {
            path: ':rest(.*)*',
            component: () => import('./nothing-here.vue'),
            meta: { title: '页面不存在', needs: 'self' },
          },
        ],
      },
    ],
    scrollBehavior: (to, from, saved) => {
      if (saved) return saved;
      if (to.hash) return { el: to.hash, top: BARS };
      // A page that was kept is found again where one had read; another page of a list begins at its top.
      return { top: to.path === from.path ? 0 : (useTabs().at(to.path)?.top ?? 0) };
    },
  });
  router.beforeEach((to) => guard(to));
  router.afterEach((to) => {
    openTab(router, to);
    document.title = [useTabs().at(to.path)?.title ?? to.meta.title, '集市管理后台'].filter(Boolean).join(' · ');
  });
  leaveWhenSignedOut(router);
  return router;
}

async function guard(to: RouteLocationNormalized): Promise<RouteLocationRaw | boolean> {
  const session = useSession();
  await session.ask();
  const { me } = session;
  if (!me) return to.meta.open ? true : loginFrom(to);
  const landing = landingFor(me.permissions) ?? '/';
  if (me.mustChangePassword && to.path !== '/password') return '/password';
  if (to.meta.open) return backFrom(to) ?? landing;
  if (to.path === '/' && landing !== '/') return landing;
  // Typed addresses meet the same rule as the menu; what one may not see is simply not there.
  if (!isOpenTo({ needs: to.meta.needs }, me.permissions)) return { path: '/not-found', replace: true };
  return true;
}

/** Every page of the menu, and what stands below it, gets a tab; the rest (login, password, nothing here) does not. */
function openTab(router: Router, to: RouteLocationNormalized): void {
  const { me } = useSession();
  if (!me || !to.meta.area) return;
  const tabs = useTabs();
  tabs.restore(me.id, (path) => {
    const { meta } = router.resolve(path);
    return Boolean(meta.area) && isOpenTo({ needs: meta.needs }, me.permissions);
  });
  tabs.open({ path: to.path, fullPath: to.fullPath, title: to.meta.title ?? '' });
}

function loginFrom(to: RouteLocationNormalized): RouteLocationRaw {
  return { path: '/login', query: to.path === '/' ? {} : { back: to.fullPath } };
}

/** Where to go after login; only an address of our own. */
export function backFrom(route: Pick<RouteLocationNormalized, 'query'>): string | null {
  const back = route.query['back'];
  return typeof back === 'string' && /^\/(?![/\\])/.test(back) && !back.startsWith('/login') ? back : null;
}

function leaveWhenSignedOut(router: Router): void {
  const session = useSession();
  watch(
    () => session.me,
    (me) => {
      const here = router.currentRoute.value;
      if (!me && !here.meta.open) void router.push(loginFrom(here));
    },
  );
}
