// The doors of identity, shop and back office.
import {
  adminGetBuyer,
  adminListBuyers,
  adminRevealBuyerPhone,
  adminSetBuyerState,
  bindPhone,
  createAddress,
  deleteAddress,
  getMe,
  listAddresses,
  login,
  loginAddress,
  logout,
  mockLogin,
  refreshSession,
  setDefaultAddress,
  updateAddress,
  updateMe,
} from '@jishi/contract';
import type { Door } from '../../platform/http.ts';
import type { Identity } from './identity.ts';

const done = { ok: true } as const;

export function bindIdentity(door: Door, identity: Identity): void {
  door.handle(login, (_, input) => identity.login(input));
  door.handle(mockLogin, (_, input) => identity.mockLogin(input));
  door.handle(refreshSession, (_, input) => identity.refresh(input));
  door.handle(logout, ({ buyer }) => identity.logout(buyer).then(() => done));
  door.handle(loginAddress, (_, input) => identity.loginAddress(input));
  door.handle(bindPhone, ({ buyer }, input) => identity.bindPhone(buyer, input));
  door.handle(getMe, ({ buyer }) => identity.me(buyer));
  door.handle(updateMe, ({ buyer }, input) => identity.updateMe(buyer, input));
  door.handle(listAddresses, ({ buyer }) => identity.addresses(buyer));
  door.handle(createAddress, ({ buyer }, input) => identity.createAddress(buyer, input));
  door.handle(updateAddress, ({ buyer }, input) => identity.updateAddress(buyer, input));
  door.handle(deleteAddress, ({ buyer }, input) => identity.deleteAddress(buyer, input.addressId).then(() => done));
  door.handle(setDefaultAddress, ({ buyer }, input) => identity.setDefaultAddress(buyer, input.addressId));
  door.handle(adminListBuyers, (_, input) => identity.buyers(input));
  door.handle(adminGetBuyer, (_, input) => identity.buyerForStaff(input.buyerId));
  door.handle(adminRevealBuyerPhone, ({ staff, request }, input) =>
    identity.revealPhone(staff, input.buyerId, request),
  );
  door.handle(adminSetBuyerState, ({ staff, request }, input) => identity.setBuyerState(staff, input, request));
}
