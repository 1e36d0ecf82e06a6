// Goods: categories in three levels, brands, products and their SKUs, as shoppers and staff see them.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { Cursor, Done, Instant, line, page, pageQuery, Picture, scroll, text } from './fields.ts';
import { BrandId, CategoryId, FileId, ProductId, SellerId, SkuId } from './ids.ts';
import { FenField } from './money.ts';

export const SHELF_STATES = ['draft', 'on_sale', 'off_shelf'] as const;
export const SHELF_STATE_NAMES = { draft: '草稿', on_sale: '在售', off_shelf: '已下架' } as const;
export const PRODUCT_SORTS = ['relevance', 'new', 'price_asc', 'price_desc', 'sales'] as const;
export const PRODUCT_SORT_NAMES = {
  relevance: '综合',
  new: '新品',
  price_asc: '价格从低到高',
  price_desc: '价格从高到低',
  sales: '销量',
} as const;
/** At most so many spec names a product may have, values a spec name, and SKUs a product. */
export const SPEC_NAMES_MAX = 3;
export const SPEC_VALUES_MAX = 20;
export const SKUS_MAX = 200;
export const PRODUCT_IMAGES_MAX = 9;

export const Category = z.object({
  id: CategoryId,
  parentId: CategoryId.nullable(),
  name: z.string(),
  level: z.int().min(1).max(3),
  sortOrder: z.int(),
  isVisible: z.boolean(),
  imageUrl: z.string().nullable(),
});
export type CategoryView = z.output<typeof Category>;
export type CategoryNode = CategoryView & { children: CategoryNode[] };
export const CategoryTree: z.ZodType<CategoryNode, CategoryNode> = Category.extend({
  get children() {
    return z.array(CategoryTree);
  },
}) as unknown as z.ZodType<CategoryNode, CategoryNode>;

export const Brand = z.object({ id: BrandId, name: z.string(), logoUrl: z.string().nullable(), sortOrder: z.int() });

/** What a card in a list shows. */
export const ProductCard = z.object({
  id: ProductId,
  title: z.string(),
  subtitle: z.string(),
  image: Picture.nullable(),
  /** Lowest price among the SKUs on sale. */
  priceFen: FenField,
  maxPriceFen: FenField,
  marketPriceFen: FenField.nullable(),
  salesCount: z.int(),
  isSoldOut: z.boolean(),
  brandName: z.string().nullable(),
});
export type ProductCardView = z.output<typeof ProductCard>;

export const SpecName = z.object({ name: line(10), values: z.array(line(20)).min(1).max(SPEC_VALUES_MAX) });
export const Sku = z.object({
  id: SkuId,
  specValues: z.array(z.string()),
  code: z.string().nullable(),
  priceFen: FenField,
  marketPriceFen: FenField.nullable(),
  image: Picture.nullable(),
  /** On hand minus reserved, over all places it ships from. */
  available: z.int(),
});
export type SkuView = z.output<typeof Sku>;
export const ProductDetail = ProductCard.extend({
  images: z.array(Picture),
  description: z.string(),
  specs: z.array(z.object({ name: z.string(), values: z.array(z.string()) })),
  skus: z.array(Sku),
  categoryPath: z.array(z.object({ id: CategoryId, name: z.string() })),
  shippingNote: z.string(),
  aftersaleNote: z.string(),
});

export const listCategories = endpoint({
  id: 'listCategories',
  tag: '商品',
  method: 'GET',
  path: '/categories/tree',
  audience: 'public',
  etag: true,
  freshSeconds: 1,
  summary: '分类树（三级）',
  input: z.object({}).strict(),
  output: z.object({ items: z.array(CategoryTree) }),
});
export const listCategoryChildren = endpoint({
  id: 'listCategoryChildren',
  tag: '商品',
  method: 'GET',
  path: '/categories/:categoryId/children',
  audience: 'public',
  etag: true,
  freshSeconds: 1,
  summary: '下级分类',
  input: z.object({ categoryId: CategoryId }).strict(),
  output: z.object({ items: z.array(Category) }),
  errors: ['category.not_found'],
});
export const listBrands = endpoint({
  id: 'listBrands',
  tag: '商品',
  method: 'GET',
  path: '/brands',
  audience: 'public',
  etag: true,
  freshSeconds: 1,
  summary: '品牌',
  input: z.object({}).strict(),
  output: z.object({ items: z.array(Brand) }),
});
export const listProducts = endpoint({
  id: 'listProducts',
  tag: '商品',
  method: 'GET',
  path: '/products',
  audience: 'public',
  etag: true,
  freshSeconds: 1,
  summary: '商品列表与搜索：按关键词、分类（含下级）、品牌、价格筛选',
  input: z
    .object({
      q: z.string().trim().max(50).optional(),
      categoryId: CategoryId.optional(),
      brandId: BrandId.optional(),
      minFen: FenField.optional(),
      maxFen: FenField.optional(),
      inStockOnly: z.boolean().default(false),
      sort: z.enum(PRODUCT_SORTS).default('relevance'),
      cursor: Cursor.optional(),
      limit: z.int().min(1).max(50).default(20),
    })
    .strict(),
  output: scroll(ProductCard),
  errors: ['cursor.invalid', 'category.not_found'],
});
export const getProduct = endpoint({
  id: 'getProduct',
  tag: '商品',
  method: 'GET',
  path: '/products/:productId',
  audience: 'public',
  etag: true,
  freshSeconds: 1,
  summary: '商品详情',
  input: z.object({ productId: ProductId }).strict(),
  output: ProductDetail,
  errors: ['product.not_found'],
});
export const getHome = endpoint({
  id: 'getHome',
  tag: '商品',
  method: 'GET',
  path: '/zones/homepage',
  audience: 'public',
  etag: true,
  freshSeconds: 1,
  summary: '首页：一级分类入口、热销、上新、特惠',
  input: z.object({}).strict(),
  output: z.object({
    categories: z.array(Category),
    hot: z.array(ProductCard),
    fresh: z.array(ProductCard),
    discount: z.array(ProductCard),
  }),
});

export const AdminSku = z.object({
  id: SkuId,
  specValues: z.array(z.string()),
  code: z.string().nullable(),
  priceFen: FenField,
  marketPriceFen: FenField.nullable(),
  costFen: FenField.nullable(),
  image: Picture.nullable(),
  isOnSale: z.boolean(),
  onHand: z.int(),
  reserved: z.int(),
  available: z.int(),
});
export const AdminProductRow = z.object({
  id: ProductId,
  title: z.string(),
  image: Picture.nullable(),
  categoryName: z.string(),
  brandName: z.string().nullable(),
  state: z.enum(SHELF_STATES),
  minPriceFen: FenField,
  maxPriceFen: FenField,
  available: z.int(),
  skuCount: z.int(),
  salesCount: z.int(),
  version: z.int(),
  updatedAt: Instant,
  /** When it went into the bin. */
  removedAt: Instant.nullable(),
});
export const AdminProduct = z.object({
  id: ProductId,
  sellerId: SellerId,
  categoryId: CategoryId,
  brandId: BrandId.nullable(),
  title: z.string(),
  subtitle: z.string(),
  description: z.string(),
  images: z.array(Picture),
  specs: z.array(z.object({ name: z.string(), values: z.array(z.string()) })),
  skus: z.array(AdminSku),
  state: z.enum(SHELF_STATES),
  salesCount: z.int(),
  sortOrder: z.int(),
  version: z.int(),
  createdAt: Instant,
  updatedAt: Instant,
});
const SkuEdit = z
  .object({
    /** The SKU to keep; absent makes a new one. */
    id: SkuId.optional(),
    specValues: z.array(line(20)).max(SPEC_NAMES_MAX),
    code: line(40).nullable().default(null),
    priceFen: FenField.refine((value) => value >= 1, '价格至少 0.01 元'),
    marketPriceFen: FenField.nullable().default(null),
    costFen: FenField.nullable().default(null),
    imageFileId: FileId.nullable().default(null),
    isOnSale: z.boolean().default(true),
  })
  .strict();
const ProductEdit = {
  categoryId: CategoryId,
  brandId: BrandId.nullable().default(null),
  title: line(60),
  subtitle: text(80).default(''),
  description: text(20_000).default(''),
  imageFileIds: z.array(FileId).max(PRODUCT_IMAGES_MAX),
  specs: z.array(SpecName.strict()).max(SPEC_NAMES_MAX).default([]),
  skus: z.array(SkuEdit).min(1).max(SKUS_MAX),
  sortOrder: z.int().min(-10_000).max(10_000).default(0),
};
const editErrors = [
  'category.not_found',
  'brand.not_found',
  'file.not_found',
  'product.specs_invalid',
  'sku.code_taken',
  'sku.not_found',
] as const;

/** What the staff list of products can be put in order by; a minus is the other way round. */
export const ADMIN_PRODUCT_SORTS = ['price', '-price', 'sales', '-sales', 'updatedAt', '-updatedAt'] as const;
export type AdminProductSort = (typeof ADMIN_PRODUCT_SORTS)[number];

export const adminListProducts = endpoint({
  id: 'adminListProducts',
  tag: '后台·商品',
  method: 'GET',
  path: '/admin/products',
  audience: 'staff',
  permission: 'catalog.view',
  summary: '商品列表：按名称或规格编码、状态、分类、品牌、价格、低库存、售罄筛选；removedOnly 为回收站',
  input: z
    .object({
      q: z.string().trim().max(50).optional(),
      state: z.enum(SHELF_STATES).optional(),
      categoryId: CategoryId.optional(),
      brandId: BrandId.optional(),
      minFen: FenField.optional(),
      maxFen: FenField.optional(),
      lowStockOnly: z.boolean().default(false),
      soldOutOnly: z.boolean().optional(),
      /** The bin instead of the shelves: what was removed and can be restored. */
      removedOnly: z.boolean().optional(),
      sort: z.enum(ADMIN_PRODUCT_SORTS).optional(),
      ...pageQuery,
    })
    .strict(),
  output: page(AdminProductRow),
});
export const adminGetProduct = endpoint({
  id: 'adminGetProduct',
  tag: '后台·商品',
  method: 'GET',
  path: '/admin/products/:productId',
  audience: 'staff',
  permission: 'catalog.view',
  summary: '商品详情',
  input: z.object({ productId: ProductId }).strict(),
  output: AdminProduct,
  errors: ['product.not_found'],
});
export const adminCreateProduct = endpoint({
  id: 'adminCreateProduct',
  tag: '后台·商品',
  method: 'POST',
  path: '/admin/products',
  audience: 'staff',
  permission: 'catalog.edit',
  status: 201,
  summary: '新增商品（草稿）',
  input: z.object(ProductEdit).strict(),
  output: AdminProduct,
  errors: [...editErrors],
});
export const adminUpdateProduct = endpoint({
  id: 'adminUpdateProduct',
  tag: '后台·商品',
  method: 'PUT',
  path: '/admin/products/:productId',
  audience: 'staff',
  permission: 'catalog.edit',
  summary: '修改商品；版本过期时拒绝，不会覆盖他人的修改',
  input: z.object({ productId: ProductId, version: z.int().min(1), ...ProductEdit }).strict(),
  output: AdminProduct,
  errors: ['product.not_found', 'product.stale', 'product.incomplete', ...editErrors],
});
export const adminSetProductState = endpoint({
  id: 'adminSetProductState',
  tag: '后台·商品',
  method: 'PUT',
  path: '/admin/products/:productId/status',
  audience: 'staff',
  permission: 'catalog.edit',
  summary: '上架或下架',
  input: z.object({ productId: ProductId, state: z.enum(['on_sale', 'off_shelf']), version: z.int().min(1) }).strict(),
  output: AdminProduct,
  errors: ['product.not_found', 'product.stale', 'product.incomplete'],
});
export const adminDeleteProduct = endpoint({
  id: 'adminDeleteProduct',
  tag: '后台·商品',
  method: 'DELETE',
  path: '/admin/products/:productId',
  audience: 'staff',
  permission: 'catalog.edit',
  summary: '删除商品（移入回收站，历史订单不受影响）',
  input: z.object({ productId: ProductId }).strict(),
  output: Done,
  errors: ['product.not_found'],
});

export const adminRestoreProduct = endpoint({
  id: 'adminRestoreProduct',
  tag: '后台·商品',
  method: 'POST',
  path: '/admin/products/:productId/restore',
  audience: 'staff',
  permission: 'catalog.edit',
  summary: '从回收站恢复商品，恢复后为下架状态；原分类已删除时须另选分类',
  input: z.object({ productId: ProductId, categoryId: CategoryId.optional() }).strict(),
  output: AdminProduct,
  errors: ['product.not_found', 'product.category_gone', 'category.not_found', 'sku.code_taken'],
});

const CategoryEdit = {
  parentId: CategoryId.nullable().default(null),
  name: line(10),
  sortOrder: z.int().min(-10_000).max(10_000).default(0),
  isVisible: z.boolean().default(true),
  imageFileId: FileId.nullable().default(null),
};
export const AdminCategory = Category.extend({ imageFileId: FileId.nullable(), productCount: z.int() });
export const adminListCategories = endpoint({
  id: 'adminListCategories',
  tag: '后台·商品',
  method: 'GET',
  path: '/admin/categories',
  audience: 'staff',
  permission: 'catalog.view',
  summary: '全部分类，先父后子',
  input: z.object({}).strict(),
  output: z.object({ items: z.array(AdminCategory) }),
});
export const adminCreateCategory = endpoint({
  id: 'adminCreateCategory',
  tag: '后台·商品',
  method: 'POST',
  path: '/admin/categories',
  audience: 'staff',
  permission: 'catalog.edit',
  status: 201,
  summary: '新增分类',
  input: z.object(CategoryEdit).strict(),
  output: AdminCategory,
  errors: ['category.not_found', 'category.too_deep', 'category.name_taken', 'file.not_found'],
});
export const adminUpdateCategory = endpoint({
  id: 'adminUpdateCategory',
  tag: '后台·商品',
  method: 'PUT',
  path: '/admin/categories/:categoryId',
  audience: 'staff',
  permission: 'catalog.edit',
  summary: '修改或移动分类',
  input: z.object({ categoryId: CategoryId, ...CategoryEdit }).strict(),
  output: AdminCategory,
  errors: ['category.not_found', 'category.too_deep', 'category.name_taken', 'category.cycle', 'file.not_found'],
});
export const adminOrderCategories = endpoint({
  id: 'adminOrderCategories',
  tag: '后台·商品',
  method: 'PUT',
  path: '/admin/categories/order',
  audience: 'staff',
  permission: 'catalog.edit',
  summary: '调整同级分类的顺序：按给出的先后排列，须是同一上级的全部分类',
  input: z.object({ parentId: CategoryId.nullable(), categoryIds: z.array(CategoryId).min(1).max(200) }).strict(),
  output: z.object({ items: z.array(AdminCategory) }),
  errors: ['category.stale'],
});
export const adminDeleteCategory = endpoint({
  id: 'adminDeleteCategory',
  tag: '后台·商品',
  method: 'DELETE',
  path: '/admin/categories/:categoryId',
  audience: 'staff',
  permission: 'catalog.edit',
  summary: '删除空分类',
  input: z.object({ categoryId: CategoryId }).strict(),
  output: Done,
  errors: ['category.not_found', 'category.not_empty'],
});
const BrandEdit = {
  name: line(30),
  logoFileId: FileId.nullable().default(null),
  sortOrder: z.int().min(-10_000).max(10_000).default(0),
};
export const AdminBrand = Brand.extend({ logoFileId: FileId.nullable(), productCount: z.int() });
export const adminListBrands = endpoint({
  id: 'adminListBrands',
  tag: '后台·商品',
  method: 'GET',
  path: '/admin/brands',
  audience: 'staff',
  permission: 'catalog.view',
  summary: '品牌列表',
  input: z.object({ q: z.string().trim().max(50).optional(), ...pageQuery }).strict(),
  output: page(AdminBrand),
});
export const adminOrderBrands = endpoint({
  id: 'adminOrderBrands',
  tag: '后台·商品',
  method: 'PUT',
  path: '/admin/brands/order',
  audience: 'staff',
  permission: 'catalog.edit',
  summary: '调整品牌的顺序：把一个品牌放到另一个之前，不给出则放到最后',
  input: z.object({ brandId: BrandId, beforeId: BrandId.nullable() }).strict(),
  output: Done,
  errors: ['brand.not_found'],
});
export const adminCreateBrand = endpoint({
  id: 'adminCreateBrand',
  tag: '后台·商品',
  method: 'POST',
  path: '/admin/brands',
  audience: 'staff',
  permission: 'catalog.edit',
  status: 201,
  summary: '新增品牌',
  input: z.object(BrandEdit).strict(),
  output: AdminBrand,
  errors: ['brand.name_taken', 'file.not_found'],
});
export const adminUpdateBrand = endpoint({
  id: 'adminUpdateBrand',
  tag: '后台·商品',
  method: 'PUT',
  path: '/admin/brands/:brandId',
  audience: 'staff',
  permission: 'catalog.edit',
  summary: '修改品牌',
  input: z.object({ brandId: BrandId, ...BrandEdit }).strict(),
  output: AdminBrand,
  errors: ['brand.not_found', 'brand.name_taken', 'file.not_found'],
});
export const adminDeleteBrand = endpoint({
  id: 'adminDeleteBrand',
  tag: '后台·商品',
  method: 'DELETE',
  path: '/admin/brands/:brandId',
  audience: 'staff',
  permission: 'catalog.edit',
  summary: '删除品牌',
  input: z.object({ brandId: BrandId }).strict(),
  output: Done,
  errors: ['brand.not_found', 'brand.in_use'],
});
