// Identity: buyers, how they sign in with WeChat, what keeps them signed in, and where their parcels go.
import type {
  AddressSnapshot,
  adminGetBuyer,
  adminListBuyers,
  adminRevealBuyerPhone,
  adminSetBuyerState,
  bindPhone,
  createAddress,
  Id,
  In,
  listAddresses,
  login,
  loginAddress,
  mockLogin,
  Out,
  refreshSession,
  updateAddress,
  updateMe,
} from '@jishi/contract';
import type { MiniClient } from '@jishi/wechat';
import type { z } from 'zod';
import { spanMs, type Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config.ts';
import type { Db, Reader } from '../../platform/db.ts';
import { assert, fail } from '../../platform/fail.ts';
import type { Buyer, StaffSession } from '../../platform/http.ts';
import type { Log } from '../../platform/log.ts';
import type { Files } from '../files/files.ts';
import type { Asking, Staff } from '../staff/staff.ts';
import * as places from './identity.addresses.ts';
import * as addresses from './identity.addresses.store.ts';
import { maskPhone } from './identity.rules.ts';
import * as signin from './identity.signin.ts';
import * as store from './identity.store.ts';
import * as tokens from './identity.tokens.ts';

export { maskPhone };
export type AddressFacts = z.output<typeof AddressSnapshot>;
export type WechatPlatform = 'weapp' | 'h5';

export type Identity = {
  /** The guard of the buyers' doors: null for a bad or ended token, `auth.blocked` for a blocked buyer. */
  buyer(accessToken: string): Promise<Buyer | null>;
  login(input: In<typeof login>): Promise<Out<typeof login>>;
  mockLogin(input: In<typeof mockLogin>): Promise<Out<typeof mockLogin>>;
  refresh(input: In<typeof refreshSession>): Promise<Out<typeof refreshSession>>;
  /** Ends the sign-in that this access token belongs to, and with it every token of its family. */
  logout(buyer: Buyer): Promise<void>;
  loginAddress(input: In<typeof loginAddress>): Promise<Out<typeof loginAddress>>;
  /** The page of ours that a trip to WeChat comes back to, as a whole address; any other place is refused. */
  ownPage(returnTo: string): string;
  bindPhone(buyer: Buyer, input: In<typeof bindPhone>): Promise<Out<typeof bindPhone>>;
  me(buyer: Buyer): Promise<Out<typeof bindPhone>>;
  updateMe(buyer: Buyer, input: In<typeof updateMe>): Promise<Out<typeof updateMe>>;

  addresses(buyer: Buyer): Promise<Out<typeof listAddresses>>;
  createAddress(buyer: Buyer, input: In<typeof createAddress>): Promise<Out<typeof createAddress>>;
  updateAddress(buyer: Buyer, input: In<typeof updateAddress>): Promise<Out<typeof updateAddress>>;
  deleteAddress(buyer: Buyer, addressId: Id<'address'>): Promise<void>;
  setDefaultAddress(buyer: Buyer, addressId: Id<'address'>): Promise<Out<typeof updateAddress>>;

  buyers(input: In<typeof adminListBuyers>): Promise<Out<typeof adminListBuyers>>;
  buyerForStaff(buyerId: Id<'buyer'>): Promise<Out<typeof adminGetBuyer>>;
  /** The whole numbers of a buyer and of the buyer's addresses, so looking leaves a trace. */
  revealPhone(who: StaffSession, buyerId: Id<'buyer'>, asking?: Asking): Promise<Out<typeof adminRevealBuyerPhone>>;
  setBuyerState(
    who: StaffSession,
    input: In<typeof adminSetBuyerState>,
    asking?: Asking,
  ): Promise<Out<typeof adminSetBuyerState>>;

  /** For other rooms. */
  openidOf(reader: Reader, buyerId: string, platform: WechatPlatform): Promise<string | null>;
  /** True for a buyer whom staff have blocked. */
  isBlocked(reader: Reader, buyerId: string): Promise<boolean>;
  /** The buyer's own address as an order freezes it, or `address.not_found`. */
  address(reader: Reader, buyerId: string, addressId: string): Promise<AddressFacts>;
  /** Names for lists; `phone` is masked. Unknown ids are absent. */
  names(reader: Reader, buyerIds: readonly string[]): Promise<Map<string, { nickname: string; phone: string | null }>>;

  /** The buyer who has bound this whole phone number. */
  byPhone(reader: Reader, phone: string): Promise<Id<'buyer'> | null>;

  /** Schedule: forgets refresh tokens long after their end. */
  sweep(): Promise<void>;
};

export type IdentityDeps = {
  db: Db;
  clock: Clock;
  config: Pick<Config, 'ACCESS_TOKEN_SECRET' | 'DEV_LOGIN' | 'PUBLIC_URL' | 'WECHAT_OAUTH_BASE_URL'>;
  log: Log;
  staff: Pick<Staff, 'audit'>;
  files: Pick<Files, 'pictures' | 'mustOwn'>;
  /** The mini-program's client, and the official account's for pages. */
  miniFor(platform: WechatPlatform): Pick<MiniClient, 'code2session' | 'oauth2session' | 'phoneNumber'>;
  appids: Record<WechatPlatform, string>;
};

/** What the files of this room share. */
export type IdentityRoom = IdentityDeps & { key: Uint8Array; proven: tokens.ProvenTokens; standings: tokens.Standings };

export function createIdentity(deps: IdentityDeps): Identity {
  const key = new TextEncoder().encode(deps.config.ACCESS_TOKEN_SECRET);
  const room: IdentityRoom = { ...deps, key, proven: new Map(), standings: tokens.createStandings(deps.clock) };
  const { db, clock } = room;
  return {
    buyer: (token) => tokens.guard(room, token),
    login: async (input) => sessionOf(room, await signin.signIn(room, input)),
    mockLogin: async (input) => sessionOf(room, await signin.mockSignIn(room, input)),
    refresh: async (input) => sessionOf(room, await tokens.rotate(room, input.refreshToken)),
    logout: async (buyer) => {
      assert('familyId' in buyer && typeof buyer.familyId === 'string', 'a buyer came past the guard');
      await tokens.end(room, { id: buyer.id, familyId: buyer.familyId });
    },
    loginAddress: async (input) => signin.addressFor(room, input),
    ownPage: (returnTo) => signin.returnPage(room, returnTo),
    bindPhone: async (buyer, input) => {
      await signin.takePhone(room, buyer, input);
      return meOf(room, db, buyer.id);
    },
    me: (buyer) => meOf(room, db, buyer.id),
    updateMe: (buyer, input) =>
      db.tx(async (tx) => {
        await room.files.mustOwn(tx, [input.avatarFileId ?? null], { kind: 'buyer', id: buyer.id });
        await store.setProfile(tx, buyer.id, input);
        return meOf(room, tx, buyer.id);
      }),
    addresses: async (buyer) => ({ items: (await addresses.ofBuyer(db, buyer.id)).map(places.viewOf) }),
    createAddress: (buyer, input) => places.create(room, buyer, input),
    updateAddress: (buyer, input) => places.update(room, buyer, input),
    deleteAddress: (buyer, addressId) => places.remove(room, buyer, addressId),
    setDefaultAddress: (buyer, addressId) => places.makeDefault(room, buyer, addressId),
    buyers: async (input) => {
      const { items, total } = await store.page(db, input);
      return { items: await staffViews(room, db, items), total };
    },
    buyerForStaff: (buyerId) => buyerForStaff(room, buyerId),
    revealPhone: (who, buyerId, asking) => revealPhone(room, who, buyerId, asking),
    setBuyerState: (who, input, asking) => setBuyerState(room, who, input, asking),
    openidOf: store.openid,
    isBlocked: async (reader, buyerId) => (await store.buyer(reader, buyerId))?.state === 'blocked',
    address: async (reader, buyerId, addressId) =>
      places.factsOf((await addresses.one(reader, buyerId, addressId)) ?? fail('address.not_found')),
    names: async (reader, buyerIds) => {
      const rows = buyerIds.length === 0 ? [] : await store.names(reader, buyerIds);
      return new Map(rows.map((row) => [row.id, { nickname: row.nickname, phone: maskPhone(row.phone) }]));
    },
    byPhone: async (reader, phone) => ((await store.idByPhone(reader, phone)) as Id<'buyer'> | undefined) ?? null,
    sweep: () => store.forgetTokens(db, new Date(clock.now().getTime() - spanMs({ days: 7 }))),
  };
}

async function sessionOf(room: IdentityRoom, issued: tokens.Tokens): Promise<Out<typeof login>> {
  const access = await tokens.accessToken(room, issued);
  return {
    accessToken: access.token,
    accessExpiresAt: access.expiresAt,
    refreshToken: issued.refreshToken,
    me: await meView(room, room.db, issued.buyer),
  };
}

async function meOf(room: IdentityRoom, reader: Reader, buyerId: string) {
  const row = await store.buyer(reader, buyerId);
  assert(row, `buyer ${buyerId} vanished`);
  return meView(room, reader, row);
}

async function meView(room: IdentityRoom, reader: Reader, row: store.BuyerRow): Promise<Out<typeof bindPhone>> {
  const pictures = await room.files.pictures(reader, [row.avatar_file_id]);
  return {
    id: row.id,
    nickname: row.nickname,
    avatarUrl: pictures.get(row.avatar_file_id ?? '')?.thumbUrl ?? null,
    phone: maskPhone(row.phone),
    memberSince: row.created_at,
  };
}

type StaffView = Out<typeof adminSetBuyerState>;

async function staffViews(room: IdentityRoom, reader: Reader, rows: readonly store.BuyerRow[]): Promise<StaffView[]> {
  const pictures = await room.files.pictures(
    reader,
    rows.map((row) => row.avatar_file_id),
  );
  return rows.map((row) => ({
    id: row.id,
    displayNo: row.display_no,
    nickname: row.nickname,
    avatarUrl: pictures.get(row.avatar_file_id ?? '')?.thumbUrl ?? null,
    phone: maskPhone(row.phone),
    state: row.state as StaffView['state'],
    blockedReason: row.blocked_reason,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
  }));
}

async function staffView(room: IdentityRoom, reader: Reader, row: store.BuyerRow): Promise<StaffView> {
  const [view] = await staffViews(room, reader, [row]);
  assert(view, `buyer ${row.id} has no view`);
  return view;
}

async function buyerForStaff(room: IdentityRoom, buyerId: Id<'buyer'>) {
  const row = (await store.buyer(room.db, buyerId)) ?? fail('buyer.not_found');
  const items = (await addresses.ofBuyer(room.db, buyerId)).map(places.viewOf);
  const masked = items.map((one) => ({ ...one, phone: maskPhone(one.phone) }));
  return { ...(await staffView(room, room.db, row)), addresses: masked };
}

async function revealPhone(room: IdentityRoom, who: StaffSession, buyerId: Id<'buyer'>, asking?: Asking) {
  return room.db.tx(async (tx) => {
    const row = (await store.buyer(tx, buyerId)) ?? fail('buyer.not_found');
    const items = (await addresses.ofBuyer(tx, buyerId)).map(places.viewOf);
    const note = { action: 'buyer.view_phone', subjectKind: 'buyer', subjectId: buyerId, name: row.nickname };
    await room.staff.audit(tx, who, note, asking);
    return { phone: row.phone, addresses: items };
  });
}

async function setBuyerState(
  room: IdentityRoom,
  who: StaffSession,
  input: In<typeof adminSetBuyerState>,
  asking?: Asking,
): Promise<StaffView> {
  const { buyerId, state } = input;
  if (state === 'blocked' && input.reason === '') fail('buyer.reason_missing', {}, 'reason');
  const reason = state === 'blocked' ? input.reason : null;
  return room.db.tx(async (tx) => {
    const before = (await store.lockBuyer(tx, buyerId)) ?? fail('buyer.not_found');
    await store.setState(tx, buyerId, state, reason);
    tx.afterCommit(room.standings.clear);
    if (state === 'blocked') {
      await store.endFamiliesOf(tx, buyerId);
      if (before.state !== 'blocked') await tx.emit('buyer.blocked', { buyerId });
    }
    const note = { action: `buyer.${state}`, subjectKind: 'buyer', subjectId: buyerId, name: before.nickname };
    const trail = { before: { state: before.state, reason: before.blocked_reason }, after: { state, reason } };
    await room.staff.audit(tx, who, { ...note, ...trail }, asking);
    const row = await store.buyer(tx, buyerId);
    assert(row, `buyer ${buyerId} vanished`);
    return staffView(room, tx, row);
  });
}
