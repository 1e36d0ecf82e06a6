// Blocking and restoring a buyer, the same from the list and from the page of one.
import { adminSetBuyerState } from '@jishi/contract';
import { ref } from 'vue';
import { confirmed, useAct } from '../../../parts/act.ts';
import { call } from '../../../shell/api.ts';

type Subject = { id: string; nickname: string };

export function useBuyerState(changed: () => Promise<void>) {
  const blocking = ref<Subject | null>(null);
  const { busy, act } = useAct();

  /** For the reason dialog: refusals are told there. */
  async function block(reason: string): Promise<void> {
    if (!blocking.value) return;
    await call(adminSetBuyerState, { buyerId: blocking.value.id, state: 'blocked', reason });
    await changed();
  }

  async function restore(buyer: Subject): Promise<void> {
    if (!(await confirmed('恢复用户', `恢复后「${buyer.nickname}」可以重新登录和下单，确定吗？`, '恢复'))) return;
    const work = () => call(adminSetBuyerState, { buyerId: buyer.id, state: 'active' });
    if (await act(work, '用户已恢复')) await changed();
  }

  return { blocking, busy, block, restore };
}
