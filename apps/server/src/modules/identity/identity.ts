// Identity: buyers, how they sign in with WeChat, what keeps them signed in, and where their parcels go.
import type {
  AddressSnapshot,
  adminGetBuyer,
  adminListBuyers,
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
import type { z } from 'zod';
import type { Reader } from '../../platform/db.ts';
import type { Buyer, StaffSession } from '../../platform/http.ts';
import type { Asking } from '../staff/staff.ts';

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
  bindPhone(buyer: Buyer, input: In<typeof bindPhone>): Promise<Out<typeof bindPhone>>;
  me(buyer: Buyer): Promise<Out<typeof bindPhone>>;
  updateMe(buyer: Buyer, input: In<typeof updateMe>): Promise<Out<typeof updateMe>>;

  addresses(buyer: Buyer): Promise<Out<typeof listAddresses>>;
  createAddress(buyer: Buyer, input: In<typeof createAddress>): Promise<Out<typeof createAddress>>;
  updateAddress(buyer: Buyer, input: In<typeof updateAddress>): Promise<Out<typeof updateAddress>>;
  deleteAddress(buyer: Buyer, addressId: Id<'address'>): Promise<void>;
  setDefaultAddress(buyer: Buyer, addressId: Id<'address'>): Promise<Out<typeof updateAddress>>;

  buyers(input: In<typeof adminListBuyers>): Promise<Out<typeof adminListBuyers>>;
  /** The whole number is shown here, so looking leaves a trace. */
  buyerForStaff(who: StaffSession, buyerId: Id<'buyer'>, asking?: Asking): Promise<Out<typeof adminGetBuyer>>;
  setBuyerState(
    who: StaffSession,
    input: In<typeof adminSetBuyerState>,
    asking?: Asking,
  ): Promise<Out<typeof adminSetBuyerState>>;

  /** For other rooms. */
  openidOf(reader: Reader, buyerId: string, platform: WechatPlatform): Promise<string | null>;
  /** The buyer's own address as an order freezes it, or `address.not_found`. */
  address(reader: Reader, buyerId: string, addressId: string): Promise<AddressFacts>;
  /** Names for lists; `phone` is masked. Unknown ids are absent. */
  names(reader: Reader, buyerIds: readonly string[]): Promise<Map<string, { nickname: string; phone: string | null }>>;

  /** Schedule: forgets refresh tokens long after their end. */
  sweep(): Promise<void>;
};
