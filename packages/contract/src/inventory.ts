// Stock: adjustments with a reason, and the journal of every movement.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { Instant, line, page, pageQuery } from './fields.ts';
import { LocationId, ProductId, SkuId } from './ids.ts';

export const LOCATION_KINDS = ['warehouse', 'creator', 'agent_cloud', 'station'] as const;
export const MOVEMENT_REASONS = ['initial', 'count', 'purchase', 'loss', 'return', 'ship', 'damaged', 'other'] as const;
export const MOVEMENT_REASON_NAMES = {
  initial: '期初',
  count: '盘点',
  purchase: '入库',
  loss: '报损',
  return: '退货入库',
  ship: '发货',
  damaged: '退货残损',
  other: '其他',
} as const;

export const StockLevel = z.object({
  skuId: SkuId,
  locationId: LocationId,
  locationName: z.string(),
  onHand: z.int(),
  reserved: z.int(),
  available: z.int(),
});
export const adjustStock = endpoint({
  id: 'adjustStock',
  tag: '后台·库存',
  method: 'POST',
  path: '/admin/stock/adjust',
  audience: 'staff',
  permission: 'stock.adjust',
  idempotent: true,
  summary: '调整库存，须选原因并写明说明',
  input: z
    .object({
      skuId: SkuId,
      locationId: LocationId.optional(),
      delta: z
        .int()
        .min(-1_000_000)
        .max(1_000_000)
        .refine((value) => value !== 0, '调整数量不能为 0'),
      reason: z.enum(['count', 'purchase', 'loss', 'other']),
      note: line(100),
    })
    .strict(),
  output: StockLevel,
  errors: ['sku.not_found', 'location.not_found', 'inventory.below_reserved'],
});
export const StockMovement = z.object({
  id: z.string(),
  at: Instant,
  skuId: SkuId,
  productTitle: z.string(),
  specText: z.string(),
  locationName: z.string(),
  delta: z.int(),
  onHandAfter: z.int(),
  reason: z.enum(MOVEMENT_REASONS),
  note: z.string(),
  reference: z.string().nullable(),
  actorName: z.string(),
});
export const listStockMovements = endpoint({
  id: 'listStockMovements',
  tag: '后台·库存',
  method: 'GET',
  path: '/admin/stock/movements',
  audience: 'staff',
  permission: 'stock.view',
  summary: '库存流水',
  input: z.object({ skuId: SkuId.optional(), productId: ProductId.optional(), ...pageQuery }).strict(),
  output: page(StockMovement),
});
