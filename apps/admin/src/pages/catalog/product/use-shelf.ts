// On the shelf, off the shelf, into the bin: one product or many, and every one of these with a way back.
import { adminDeleteProduct, adminGetProduct, adminRestoreProduct, adminSetProductState } from '@jishi/contract';
import { useAct } from '../../../parts/act.ts';
import { useBatch } from '../../../parts/batch.ts';
import { undoable } from '../../../parts/undo.ts';
import { call } from '../../../shell/api.ts';
import type { ProductRow } from './columns.ts';

type To = 'on_sale' | 'off_shelf';
const DONE: Record<To, string> = { on_sale: '已上架', off_shelf: '已下架' };
const opposite = (to: To): To => (to === 'on_sale' ? 'off_shelf' : 'on_sale');

export type Shelf = ReturnType<typeof useShelf>;

export function useShelf(changed: () => Promise<void>) {
  const { busy: acting, act } = useAct();
  const { busy, progress, run } = useBatch();

  /** The way back asks for the version anew: others may have saved in between, and only the shelf is turned back. */
  async function turnBack(rows: readonly { id: string }[], to: To): Promise<void> {
    for (const { id } of rows) {
      const { version, state } = await call(adminGetProduct, { productId: id });
      if (state !== to) await call(adminSetProductState, { productId: id, state: to, version });
    }
    await changed();
  }

  async function set(row: ProductRow, to: To): Promise<void> {
    const work = () => call(adminSetProductState, { productId: row.id, state: to, version: row.version });
    if (await act(work)) undoable(`「${row.title}」${DONE[to]}`, () => turnBack([row], opposite(to)));
    // Also after a refusal: a stale version is why it was refused.
    await changed();
  }

  async function setMany(rows: readonly ProductRow[], to: To, clear: () => void): Promise<void> {
    const turned = rows.filter((row) => (row.state === 'on_sale') !== (to === 'on_sale'));
    const work = (row: ProductRow) =>
      call(adminSetProductState, { productId: row.id, state: to, version: row.version });
    const worked = await run(turned, work, { done: DONE[to], nameOf: (row) => row.title });
    clear();
    await changed();
    if (worked.length > 0) undoable(`${worked.length} 件商品${DONE[to]}`, () => turnBack(worked, opposite(to)));
  }

  /** The bin takes it off the shelf; the way back also puts it on again where it stood. */
  async function remove(row: ProductRow): Promise<void> {
    if (!(await act(() => call(adminDeleteProduct, { productId: row.id })))) return changed();
    await changed();
    undoable(`「${row.title}」已移入回收站`, async () => {
      await call(adminRestoreProduct, { productId: row.id });
      if (row.state === 'on_sale') await turnBack([row], 'on_sale');
      else await changed();
    });
  }

  return { busy, progress, acting, set, setMany, remove };
}
