// From permissions to menu: nobody is shown a door they may not open, and nobody lands before a closed one.
import { BUILT_IN_ROLES, endpoints, PERMISSION_CODES, type Permission } from '@jishi/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { permissionGroups } from '../src/pages/staff/role/groups.ts';
import { isOpenTo, landingFor, menuFor } from '../src/shell/menu.ts';
import { PAGES } from '../src/shell/pages.ts';

const somePermissions = fc.subarray([...PERMISSION_CODES]);

test('the menu holds exactly the pages a person may open, and no empty area', () => {
  fc.assert(
    fc.property(somePermissions, (permissions) => {
      const areas = menuFor(permissions);
      const shown = areas.flatMap((area) => area.pages.map((page) => page.path));
      const open = PAGES.filter((page) => !page.under && permissions.includes(page.needs as Permission));
      expect(shown.toSorted()).toEqual(open.map((page) => page.path).toSorted());
      expect(areas.every((area) => area.pages.length > 0)).toBe(true);
    }),
  );
});

test('people land on a page of their own menu, or nowhere', () => {
  fc.assert(
    fc.property(somePermissions, (permissions) => {
      const landing = landingFor(permissions);
      const page = PAGES.find((one) => one.path === landing);
      if (landing === null) expect(menuFor(permissions)).toEqual([]);
      else expect(page && isOpenTo(page, permissions)).toBe(true);
    }),
  );
  expect(landingFor(BUILT_IN_ROLES['service']?.permissions ?? [])).toBe('/catalog/product');
});

test('a page that forgot to say what it needs is open to nobody', () => {
  expect(isOpenTo({ needs: undefined }, PERMISSION_CODES)).toBe(false);
});

test('a page below another stands under an entry that the same people see', () => {
  for (const page of PAGES.filter((one) => one.under)) {
    expect(PAGES.find((one) => one.path === page.under)?.needs).toBe(page.needs);
  }
});

test('every permission that lets staff read has a page, and every one can be given to a role once', () => {
  const reads = new Set(
    endpoints.filter((one) => one.audience === 'staff' && one.method === 'GET').map((one) => one.permission),
  );
  const paged = new Set(PAGES.map((page) => page.needs));
  // Stock is looked at inside the product list, and a lone reader of adjustments inside the form that proposes one.
  const inside = new Set(['self', 'stock.view', 'ledger.adjust']);
  const missing = [...reads].filter((code) => !inside.has(String(code)) && !paged.has(code));
  expect(missing).toEqual([]);
  expect(
    permissionGroups()
      .flatMap((group) => group.permissions.map((one) => one.code))
      .toSorted(),
  ).toEqual(PERMISSION_CODES.toSorted());
});
