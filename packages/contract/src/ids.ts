// Identifiers: UUIDv7 strings branded by noun, and the numbers people read.
import { z } from 'zod';

/** A UUID that names one `Noun`. Made by the server before insert; opaque to clients. */
export type Id<Noun extends string> = string & { readonly __noun: Noun };

const uuid = z.uuid().toLowerCase();

/** The parser for an id of `Noun`: any UUID in canonical text form. */
export function idField<Noun extends string>() {
  return uuid as unknown as z.ZodType<Id<Noun>, string>;
}

export const AddressId = idField<'address'>();
export const AftersaleId = idField<'aftersale'>();
export const BrandId = idField<'brand'>();
export const BuyerId = idField<'buyer'>();
export const CartLineId = idField<'cartLine'>();
export const CategoryId = idField<'category'>();
export const CheckoutId = idField<'checkout'>();
export const FileId = idField<'file'>();
export const LocationId = idField<'location'>();
export const NoticeId = idField<'notice'>();
export const OrderId = idField<'order'>();
export const OrderLineId = idField<'orderLine'>();
export const ParcelId = idField<'parcel'>();
export const PaymentId = idField<'payment'>();
export const ProductId = idField<'product'>();
export const ReconcileCaseId = idField<'reconcileCase'>();
export const RefundId = idField<'refund'>();
export const RoleId = idField<'role'>();
export const SellerId = idField<'seller'>();
export const ServiceTokenId = idField<'serviceToken'>();
export const SkuId = idField<'sku'>();
export const StaffId = idField<'staff'>();
export const StaffSessionId = idField<'staffSession'>();
export const WithdrawalId = idField<'withdrawal'>();

/** 20 digits: date, clock and random part; also WeChat's out_trade_no for the first attempt's family. */
export const OrderNo = z.string().regex(/^\d{20}$/);
