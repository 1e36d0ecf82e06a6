// What the buyer is told about a case. Keys are unique, so an event that comes twice says it once.
import { yuan, type AftersaleState, type Id } from '@jishi/contract';
import { assert } from '../../platform/fail.ts';
import * as store from './aftersale.store.ts';
import type { Room } from './aftersale.ts';

export async function decided(room: Room, id: Id<'aftersale'>): Promise<void> {
  await tell(room, id, 'decided', (one) => {
    if (one.rejectReason !== null) {
      return { title: '售后申请未通过', body: `售后单 ${one.aftersaleNo} 未通过：${one.rejectReason}` };
    }
    const waits: readonly AftersaleState[] = ['await_return', 'returning'];
    if (waits.includes(one.state)) {
      return { title: '请寄回商品', body: `售后单 ${one.aftersaleNo} 已通过，请按页面上的地址寄回商品并填写单号` };
    }
    return { title: '售后已通过', body: `售后单 ${one.aftersaleNo} 已通过，退款处理中` };
  });
}

export async function done(room: Room, id: Id<'aftersale'>): Promise<void> {
  await tell(room, id, 'done', (one) => ({
    title: '退款成功',
    body: `售后单 ${one.aftersaleNo} 已完成，退款 ${yuan(one.agreedFen ?? 0)} 已原路退回`,
  }));
}

type Words = { title: string; body: string };

async function tell(room: Room, id: Id<'aftersale'>, what: string, say: (one: store.CaseRow) => Words): Promise<void> {
  await room.db.tx(async (tx) => {
    const one = await store.find(tx, id);
    assert(one, `case ${id} was told about and is not there`);
    await room.messaging.notify(tx, {
      key: `aftersale.${what}:${id}`,
      buyerId: one.buyerId,
      kind: 'aftersale',
      ...say(one),
      orderId: one.orderId,
      aftersaleId: one.id,
    });
  });
}
