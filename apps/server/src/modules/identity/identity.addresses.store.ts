// All SQL of addresses.
import type { Reader, Tx } from '../../platform/db.ts';
import { ask, statement } from '../../platform/statement.ts';
import type { AddressFacts } from './identity.ts';

export type AddressRow = AddressFacts & { id: string; is_default: boolean };

const ADDRESS = ['id', 'name', 'phone', 'province', 'city', 'district', 'detail', 'is_default'] as const;

/** The default first, then the newest. */
export async function ofBuyer(reader: Reader, buyerId: string): Promise<AddressRow[]> {
  return reader.q
    .selectFrom('addresses')
    .select(ADDRESS)
    .where('buyer_id', '=', buyerId)
    .orderBy('is_default', 'desc')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(100)
    .execute();
}

export async function one(reader: Reader, buyerId: string, id: string): Promise<AddressRow | undefined> {
  const rows = await ask(
    reader,
    statement<AddressRow>`
      select id, name, phone, province, city, district, detail, is_default from addresses
      where id = ${id} and buyer_id = ${buyerId}
    `,
  );
  return rows[0];
}

export async function insert(
  tx: Tx,
  buyerId: string,
  address: AddressFacts & { id: string; isDefault: boolean; at: Date },
): Promise<void> {
  const { id, isDefault, at, ...facts } = address;
  await tx.q
    .insertInto('addresses')
    .values({ id, buyer_id: buyerId, ...facts, is_default: isDefault, created_at: at })
    .execute();
}

export async function update(tx: Tx, id: string, facts: AddressFacts): Promise<void> {
  await tx.q.updateTable('addresses').set(facts).where('id', '=', id).execute();
}

/** Moves the mark; the unique index allows one at any moment, so the old one goes first. */
export async function makeDefault(tx: Tx, buyerId: string, id: string): Promise<void> {
  await clearDefault(tx, buyerId);
  await tx.q.updateTable('addresses').set({ is_default: true }).where('id', '=', id).execute();
}

export async function clearDefault(tx: Tx, buyerId: string): Promise<void> {
  await tx.q
    .updateTable('addresses')
    .set({ is_default: false })
    .where('buyer_id', '=', buyerId)
    .where('is_default', '=', true)
    .execute();
}

export async function remove(tx: Tx, id: string): Promise<void> {
  await tx.q.deleteFrom('addresses').where('id', '=', id).execute();
}
