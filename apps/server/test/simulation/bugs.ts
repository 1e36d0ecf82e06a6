// Bugs put in by hand, to see that stories find them. Each is a change of the source as it is read; nothing is written.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

type Edit = { file: string; find: string; replace: string };
export type Bug = { name: string; says: string; edits: readonly Edit[] };

const one = (name: string, says: string, ...edits: readonly Edit[]): Bug => ({ name, says, edits });
const edit = (file: string, find: string, replace: string): Edit => ({ file, find, replace });

const SETTLE = 'modules/payment/payment.settle.ts';
const HOME = 'await sendHome(writeRefund, tx, payment, { ...attempt, paid_fen: paidFen }, verdict);';

export const BUGS: readonly Bug[] = [
  one(
    'late-payment-kept',
    'money for an order that was cancelled stays with us',
    edit(SETTLE, HOME, `if (verdict !== 'late') ${HOME}`),
  ),
  one(
    'duplicate-payment-kept',
    'an order that is paid twice keeps both payments',
    edit(SETTLE, HOME, `if (verdict !== 'duplicate') ${HOME}`),
  ),
  one(
    'late-payment-revives-order',
    'money that comes too late is accepted, for goods that may be sold',
    edit(SETTLE, `? 'late'\n        : 'accepted'`, `? 'accepted'\n        : 'accepted'`),
  ),
  one(
    'amount-not-checked',
    'a payment of another amount pays the order',
    edit(SETTLE, `paidFen === attempt.amount_fen && transaction.currency`, `transaction.currency`),
  ),
  one(
    'hold-kept-at-expiry',
    'a cancelled order goes on holding its pieces',
    edit('modules/ordering/ordering.close.ts', 'await room.inventory.releaseOrder(tx, order.id);', ''),
  ),
  one(
    'refund-effects-twice',
    'a refund that is heard of twice is taken off the order twice',
    edit('modules/aftersale/aftersale.settle.ts', `if (one.state === 'done') return;`, ''),
    edit('modules/aftersale/aftersale.settle.ts', `assert(one.state === 'refunding', `, `assert(true, `),
    edit(
      'modules/aftersale/aftersale.rules.ts',
      `refunding: ['done'],\n  done: []`,
      `refunding: ['done'],\n  done: ['done']`,
    ),
  ),
  one(
    'refund-parts-rounded-down',
    'each line of a partial refund is rounded by itself',
    edit(
      'modules/aftersale/aftersale.decide.ts',
      'const parts = lowerParts(what.agreedFen, [...what.lines.map((line) => line.amountFen), what.shippingFen]);',
      `const asked = [...what.lines.map((line) => line.amountFen), what.shippingFen];
  const all = asked.reduce((sum, fen) => sum + fen, 0);
  const parts = asked.map((fen) => (all === 0 ? 0 : Math.floor((what.agreedFen * fen) / all)));`,
    ),
  ),
  one(
    'completed-during-refund',
    'an order is completed and its money earned while a refund is on its way',
    edit(
      'modules/ordering/ordering.life.ts',
      `if (order.state !== 'received' || order.openCases > 0 ||`,
      `if (order.state !== 'received' ||`,
    ),
    edit('modules/ordering/ordering.lists.ts', `'received')} and open_cases = 0 and`, `'received')} and`),
  ),
  one(
    'refund-renumbered',
    'a refund whose fate is unknown is sent again under another number',
    edit(
      'modules/payment/payment.refunds.ts',
      'outRefundNo: refund.out_refund_no,\n    refundFen',
      `outRefundNo: refund.out_refund_no + (refund.tries || ''),\n    refundFen`,
    ),
  ),
  one(
    'withdrawal-renumbered',
    'a withdrawal whose fate is unknown is sent again under another number',
    edit(
      'modules/wallet/wallet.send.ts',
      'outBillNo: row.out_bill_no,\n    openid',
      `outBillNo: row.out_bill_no + (row.tries > 1 ? row.tries : ''),\n    openid`,
    ),
  ),
  one(
    'bonus-kept-after-refund',
    'a recharge is paid back and its bonus points stay',
    edit('modules/points/points.refunds.ts', 'grantKeys: [keys.paid, keys.bonus],', 'grantKeys: [keys.paid],'),
  ),
  one(
    'points-kept-on-refund',
    'goods that were paid partly with points are paid back without the points',
    edit(
      'modules/ordering/ordering.points.ts',
      'await room.points.giveBack(tx, { reservationId: order.pointsReservationId, points: back.points, key, label });',
      '',
    ),
  ),
  one(
    'damaged-goods-restocked',
    'what came back broken is sold again',
    edit(
      'modules/inventory/inventory.store.ts',
      'update stock_balances b set on_hand = b.on_hand + s.wanted - d.damaged',
      'update stock_balances b set on_hand = b.on_hand + s.wanted',
    ),
  ),
];

const SRC = new URL('../../src/', import.meta.url);

/** What no longer fits, because the code has gone on: a bug must change exactly one place. */
export function misfits(): string[] {
  return BUGS.flatMap(({ name, edits }) =>
    edits.flatMap(({ file, find }) => {
      const times = readFileSync(new URL(file, SRC), 'utf8').split(find).length - 1;
      return times === 1 ? [] : [`${name}: ${file} has ${times} places like "${find}"`];
    }),
  );
}

/** From now on the server's modules are read with this bug in them. */
export function putIn(name: string): Bug {
  const bug = BUGS.find((known) => known.name === name);
  if (!bug) throw new Error(`there is no bug ${name}: ${BUGS.map((known) => known.name).join(', ')}`);
  const byUrl = new Map(bug.edits.map(({ file }) => [new URL(file, SRC).href, file]));
  registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context);
      const file = byUrl.get(url);
      if (file === undefined) return loaded;
      const edits = bug.edits.filter((wanted) => wanted.file === file);
      const text = edits.reduce(
        (source, { find, replace }) => {
          if (!source.includes(find)) throw new Error(`${bug.name} no longer fits ${fileURLToPath(url)}: ${find}`);
          return source.replace(find, () => replace);
        },
        readFileSync(new URL(url), 'utf8'),
      );
      return { ...loaded, source: text };
    },
  });
  return bug;
}
