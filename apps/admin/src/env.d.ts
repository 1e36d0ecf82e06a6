// Types of what Vite resolves for us, and what our routes carry.
import type { RouteNeeds } from './shell/pages.ts';

declare module 'vue-router' {
  interface RouteMeta {
    title?: string;
    area?: string;
    /** The menu entry that stays lit on pages below it. */
    under?: string;
    needs?: RouteNeeds;
    /** Reachable without a session. */
    open?: boolean;
  }
}
