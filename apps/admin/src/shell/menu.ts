// From what a person may do to what their menu shows; also where they land.
import type { Permission } from '@jishi/contract';
import { AREAS, PAGES, type AreaCode, type Page } from './pages.ts';

export type MenuArea = { code: AreaCode; title: string; pages: Page[] };

/** A page without a stated need is closed: a forgotten line must not open a door. */
export function isOpenTo(page: Pick<Page, 'needs'>, permissions: readonly Permission[]): boolean {
  if (page.needs === 'self') return true;
  return page.needs !== undefined && permissions.includes(page.needs);
}

/** The areas in their fixed order, each with the pages this person may open; empty areas are left out. */
export function menuFor(permissions: readonly Permission[], pages: readonly Page[] = PAGES): MenuArea[] {
  const codes = Object.keys(AREAS) as AreaCode[];
  return codes
    .map((code) => ({
      code,
      title: AREAS[code],
      pages: pages.filter((page) => page.area === code && !page.under && isOpenTo(page, permissions)),
    }))
    .filter((area) => area.pages.length > 0);
}

/** The first page of the person's own menu, or null when they may see nothing at all. */
export function landingFor(permissions: readonly Permission[]): string | null {
  return menuFor(permissions)[0]?.pages[0]?.path ?? null;
}
