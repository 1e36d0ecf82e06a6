// What every screen owes to people who see little, hear the page read out, or have thick fingers.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** The rules of WCAG 2 A and AA that a machine can judge. */
const RULES = {
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] },
  resultTypes: ['violations'],
};
const GRAVE = new Set(['serious', 'critical']);

type Violation = {
  id: string;
  impact: string | null;
  nodes: { target: string[]; any: { message: string }[]; html: string }[];
};

/** Grave faults only, one line per rule with the first places. */
export async function barriersOf(page: Page, without: readonly string[] = []): Promise<string[]> {
  if (!(await page.evaluate<boolean>('Boolean(window.axe)'))) await page.evaluate(`${axeSource};undefined`);
  const options = { ...RULES, rules: Object.fromEntries(without.map((rule) => [rule, { enabled: false }])) };
  const { violations } = await page.evaluate<{ violations: Violation[] }>(
    `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => ({ violations }))`,
  );
  return violations
    .filter((one) => GRAVE.has(one.impact ?? ''))
    .map((one) => {
      const places = one.nodes.slice(0, 4).map((node) => `${node.target.join(' ')} ${shortly(node.any[0]?.message)}`);
      const more = one.nodes.length > places.length ? ` ……共 ${one.nodes.length} 处` : '';
      return `无障碍 ${one.id}: ${places.join(' | ')}${more}`;
    });
}

/** Contrast messages are long; the figures in them are what helps. */
function shortly(message = ''): string {
  const contrast = /contrast of ([\d.]+) \(foreground color: (#\w+), background color: (#\w+)/.exec(message);
  return contrast ? `(${contrast[1]} ${contrast[2]} on ${contrast[3]})` : `(${message.slice(0, 80)})`;
}

const FINGER_PX = 44;

/**
 * What may be smaller, and why:
 * - a link inside a sentence has the height of its line (WCAG 2.5.5 excepts it);
 * - what is not drawn, or lies under something else, cannot be meant by a finger;
 * - a field is as easy to hit as the row around it, which hands its touch on.
 */
const TARGETS = `(() => {
  const NEED = ${FINGER_PX};
  const reach = 'button, a[href], input, textarea, select, [role="button"], [role="link"], [role="tab"], [role="radio"], [role="checkbox"], [role="switch"], [role="option"]';
  const small = [];
  for (const one of document.querySelectorAll(reach)) {
    if (!one.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    if (one.disabled || one.getAttribute('aria-disabled') === 'true' || one.closest('[aria-hidden="true"]')) continue;
    const box = one.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) continue;
    if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) continue;
    if (getComputedStyle(one).display === 'inline' && one.closest('[data-sentence], .login-terms, p')) continue;
    // The hit area: from the middle, how far a finger may go and still be heard by this element.
    const middle = { x: box.left + box.width / 2, y: box.top + box.height / 2 };
    const hears = (x, y) => {
      const hit = document.elementFromPoint(x, y);
      return hit !== null && (one === hit || one.contains(hit) || (one.matches('input, textarea') && hit.contains(one)));
    };
    if (middle.y < 0 || middle.y >= innerHeight || !hears(middle.x, middle.y)) continue;
    const far = (dx, dy) => {
      let steps = 0;
      while (steps < NEED && hears(middle.x + dx * (steps + 1), middle.y + dy * (steps + 1))) steps += 1;
      return steps;
    };
    const width = far(-1, 0) + far(1, 0) + 1;
    const height = far(0, -1) + far(0, 1) + 1;
    // At the edge of the screen a finger finds nothing else.
    const atEdge = { x: box.left <= 1 || box.right >= innerWidth - 1, y: box.top <= 1 || box.bottom >= innerHeight - 1 };
    if ((width < NEED - 1 && !atEdge.x) || (height < NEED - 1 && !atEdge.y)) {
      const name = (one.getAttribute('aria-label') || one.textContent || one.getAttribute('placeholder') || '').trim().slice(0, 12);
      small.push('.' + (one.getAttribute('class') || one.tagName).trim().split(/\\s+/).join('.') + ' “' + name + '” ' + width + 'x' + height);
    }
  }
  return [...new Set(small)];
})()`;

/** Whatever is too small for a finger. */
export async function smallTargetsOf(page: Page): Promise<string[]> {
  const small = await page.evaluate<string[]>(TARGETS);
  const more = small.length > 6 ? ` ……共 ${small.length} 处` : '';
  return small.length === 0 ? [] : [`触控目标小于 ${FINGER_PX} 像素: ${small.slice(0, 6).join(' | ')}${more}`];
}
