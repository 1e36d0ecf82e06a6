// How people find what to act upon: mostly something that is in the right state, now and then anything at all.
import type { Dice } from '../dice.ts';
import type { Town } from '../town.ts';

const TABLES = {
  checkout: 'checkouts',
  order: 'orders',
  case: 'aftersales',
  withdrawal: 'withdrawals',
  recharge: 'recharge_orders',
} as const;
const BLIND = 0.05;
const SEEN_MAX = 40;

/** The name of one of the newest that are as described (`t` is the row), or of any; null when there is none. */
export async function find(town: Town, dice: Dice, kind: keyof typeof TABLES, isRight: string): Promise<string | null> {
  if (dice.hit(BLIND)) return dice.pick(town.names.all(kind)) ?? null;
  const rows = await town.rows<{ id: string }>(
    `select t.id from ${TABLES[kind]} t where ${isRight} order by t.id desc limit ${SEEN_MAX}`,
  );
  const names = rows.flatMap(({ id }) => town.names.nameOf(id) ?? []);
  return dice.pick(names) ?? null;
}

/** Whose order, checkout or case it is. */
export async function ownerOf(town: Town, kind: keyof typeof TABLES, name: string) {
  const [row] = await town.rows<{ buyer_id: string }>(`select buyer_id from ${TABLES[kind]} where id = $1`, [
    town.names.idOf(name),
  ]);
  const owner = town.buyers.find((one) => one.id === row?.buyer_id);
  if (!owner) throw new Error(`${name} belongs to nobody`);
  return owner;
}

export type Pieces = [position: number, quantity: number][];

/** Some pieces of some lines of an order: at least one. */
export async function somePieces(town: Town, dice: Dice, order: string): Promise<Pieces> {
  const lines = await linesOf(town, order);
  const some = lines.flatMap(({ quantity }, position): Pieces =>
    dice.hit(0.6) ? [[position, dice.hit(0.4) ? quantity : dice.between(1, quantity)]] : [],
  );
  return some.length > 0 ? some : [[0, 1]];
}

/** The same pieces as the doors want them. */
export async function piecesOf(town: Town, order: string, pieces: Pieces) {
  const lines = await linesOf(town, order);
  return pieces.flatMap(([position, quantity]) => {
    const line = lines[position];
    return line ? [{ lineId: line.id, quantity }] : [];
  }) as never;
}

const linesOf = (town: Town, order: string) =>
  town.rows<{ id: string; quantity: number }>(
    'select id, quantity from order_lines where order_id = $1 order by position',
    [town.names.idOf(order)],
  );
