// Where a buyer's parcels go: at most 20 addresses, and exactly one default as long as there is any.
import type { createAddress, Id, In, updateAddress } from '@jishi/contract';
import type { Tx } from '../../platform/db.ts';
import { assert, fail } from '../../platform/fail.ts';
import type { Buyer } from '../../platform/http.ts';
import { newId } from '../../platform/ids.ts';
import * as store from './identity.addresses.store.ts';
import { ADDRESSES_MAX } from './identity.rules.ts';
import type { AddressFacts, IdentityRoom } from './identity.ts';
import { lockBuyer } from './identity.store.ts';

export function viewOf(row: store.AddressRow) {
  const { id, is_default: isDefault } = row;
  return { id, ...factsOf(row), isDefault };
}

export function factsOf(row: AddressFacts): AddressFacts {
  const { name, phone, province, city, district, detail } = row;
  return { name, phone, province, city, district, detail };
}

export async function create(room: IdentityRoom, buyer: Buyer, input: In<typeof createAddress>) {
  return underLock(room, buyer, async (tx) => {
    const there = await store.ofBuyer(tx, buyer.id);
    if (there.length >= ADDRESSES_MAX) fail('address.too_many', { max: ADDRESSES_MAX });
    const isDefault = input.isDefault || there.length === 0;
    if (isDefault) await store.clearDefault(tx, buyer.id);
    const row = { id: newId<'address'>(), ...factsOf(input), isDefault };
    await store.insert(tx, buyer.id, { ...row, at: room.clock.now() });
    return row;
  });
}

/** Saying that it is no default does not take the mark away: another address has to be given it. */
export async function update(room: IdentityRoom, buyer: Buyer, input: In<typeof updateAddress>) {
  return underLock(room, buyer, async (tx) => {
    const before = await mine(tx, buyer, input.addressId);
    await store.update(tx, before.id, factsOf(input));
    if (input.isDefault && !before.is_default) await store.makeDefault(tx, buyer.id, before.id);
    return { id: before.id, ...factsOf(input), isDefault: input.isDefault || before.is_default };
  });
}

export async function remove(room: IdentityRoom, buyer: Buyer, addressId: Id<'address'>): Promise<void> {
  await underLock(room, buyer, async (tx) => {
    const before = await mine(tx, buyer, addressId);
    await store.remove(tx, before.id);
    const [newest] = before.is_default ? await store.ofBuyer(tx, buyer.id) : [];
    if (newest) await store.makeDefault(tx, buyer.id, newest.id);
  });
}

export async function makeDefault(room: IdentityRoom, buyer: Buyer, addressId: Id<'address'>) {
  return underLock(room, buyer, async (tx) => {
    const row = await mine(tx, buyer, addressId);
    if (!row.is_default) await store.makeDefault(tx, buyer.id, row.id);
    return { ...viewOf(row), isDefault: true };
  });
}

async function mine(tx: Tx, buyer: Buyer, addressId: string): Promise<store.AddressRow> {
  return (await store.one(tx, buyer.id, addressId)) ?? fail('address.not_found');
}

/** One change of a buyer's addresses at a time, so that the limit and the one default hold. */
async function underLock<T>(room: IdentityRoom, buyer: Buyer, work: (tx: Tx) => Promise<T>): Promise<T> {
  return room.db.tx(async (tx) => {
    assert(await lockBuyer(tx, buyer.id), `buyer ${buyer.id} vanished`);
    return work(tx);
  });
}
