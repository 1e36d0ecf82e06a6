// The cart: lines re-quoted at every read; what cannot be bought stays visible with its reason.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { Picture, Quantity } from './fields.ts';
import { CartLineId, ProductId, SkuId } from './ids.ts';
import { FenField, SignedFenField } from './money.ts';
import { LINE_PROBLEMS, Quote } from './pricing.ts';

export const CART_LINES_MAX = 50;

export const CartLine = z.object({
  id: CartLineId,
  skuId: SkuId,
  productId: ProductId,
  title: z.string(),
  specText: z.string(),
  image: Picture.nullable(),
  unitFen: FenField,
  /** How the unit price moved since it was put in: negative is cheaper. */
  changedFen: SignedFenField,
  quantity: z.int(),
  available: z.int(),
  isSelected: z.boolean(),
  problem: z.enum(LINE_PROBLEMS).nullable(),
  problemText: z.string().nullable(),
});
export const Cart = z.object({
  lines: z.array(CartLine),
  /** Of the selected lines that can be bought; null when there is none. */
  quote: Quote.nullable(),
  count: z.int(),
});
const empty = z.object({}).strict();
export const getCart = endpoint({
  id: 'getCart',
  tag: '购物',
  method: 'GET',
  path: '/cart',
  audience: 'buyer',
  summary: '购物车，按当前价格与库存重新计算',
  input: empty,
  output: Cart,
});
export const countCart = endpoint({
  id: 'countCart',
  tag: '购物',
  method: 'GET',
  path: '/cart/count',
  audience: 'buyer',
  summary: '购物车件数',
  input: empty,
  output: z.object({ count: z.int() }),
});
export const addToCart = endpoint({
  id: 'addToCart',
  tag: '购物',
  method: 'POST',
  path: '/cart/add',
  audience: 'buyer',
  idempotent: true,
  summary: '加入购物车，同一规格累加',
  input: z.object({ skuId: SkuId, quantity: Quantity.default(1) }).strict(),
  output: Cart,
  errors: ['sku.not_found', 'inventory.short', 'cart.full'],
});
export const updateCartLine = endpoint({
  id: 'updateCartLine',
  tag: '购物',
  method: 'PATCH',
  path: '/cart/:lineId',
  audience: 'buyer',
  summary: '改数量或勾选',
  input: z.object({ lineId: CartLineId, quantity: Quantity.optional(), isSelected: z.boolean().optional() }).strict(),
  output: Cart,
  errors: ['cart.line_not_found', 'inventory.short'],
});
export const removeCartLine = endpoint({
  id: 'removeCartLine',
  tag: '购物',
  method: 'DELETE',
  path: '/cart/:lineId',
  audience: 'buyer',
  summary: '移出购物车',
  input: z.object({ lineId: CartLineId }).strict(),
  output: Cart,
  errors: ['cart.line_not_found'],
});
export const selectCart = endpoint({
  id: 'selectCart',
  tag: '购物',
  method: 'POST',
  path: '/cart/select',
  audience: 'buyer',
  summary: '全选或全不选',
  input: z.object({ isSelected: z.boolean() }).strict(),
  output: Cart,
});
export const clearCartProblems = endpoint({
  id: 'clearCartProblems',
  tag: '购物',
  method: 'POST',
  path: '/cart/clear-invalid',
  audience: 'buyer',
  summary: '清除失效商品',
  input: empty,
  output: Cart,
});
