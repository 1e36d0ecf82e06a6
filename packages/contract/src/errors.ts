// The closed list of refusals: code, HTTP status and the Chinese sentence a person reads. `{name}` is filled from details.

type Refusal = { readonly status: number; readonly message: string };

export const ERRORS = {
  'request.invalid': { status: 400, message: '提交的内容有误，请检查后重试' },
  'request.too_large': { status: 413, message: '提交的内容过大' },
  'request.unsupported': { status: 415, message: '不支持的内容格式' },
  'route.not_found': { status: 404, message: '请求的地址不存在' },
  'rate.limited': { status: 429, message: '操作太频繁，请稍后再试' },
  'idempotency.key_missing': { status: 400, message: '缺少防重复提交标识' },
  'idempotency.key_reused': { status: 409, message: '防重复提交标识已用于另一个请求' },
  'idempotency.in_progress': { status: 409, message: '相同的请求正在处理，请稍候' },
  'conflict.retry': { status: 409, message: '数据刚刚被更新，请刷新后重试' },
  'server.busy': { status: 503, message: '系统繁忙，请稍后再试' },
  'server.failed': { status: 500, message: '系统开小差了，请稍后再试' },

  'auth.required': { status: 401, message: '请先登录' },
  'auth.blocked': { status: 403, message: '账号已被停用，请联系客服' },
  'auth.code_invalid': { status: 400, message: '登录凭证无效或已过期，请重新登录' },
  'auth.refresh_invalid': { status: 401, message: '登录已失效，请重新登录' },
  'auth.mock_disabled': { status: 403, message: '模拟登录仅限开发环境' },
  'auth.phone_invalid': { status: 400, message: '手机号授权无效或已过期，请重试' },
  'auth.phone_taken': { status: 409, message: '该手机号已绑定其他账号' },
  'wechat.unavailable': { status: 503, message: '微信服务暂时不可用，请稍后再试' },

  'buyer.not_found': { status: 404, message: '用户不存在' },
  'buyer.reason_missing': { status: 400, message: '请填写停用原因' },
  'address.not_found': { status: 404, message: '收货地址不存在' },
  'address.too_many': { status: 409, message: '最多保存 {max} 个收货地址' },
  'notice.not_found': { status: 404, message: '消息不存在' },

  'staff.not_signed_in': { status: 401, message: '登录已过期，请重新登录' },
  'staff.forbidden': { status: 403, message: '没有权限执行此操作' },
  'staff.csrf': { status: 403, message: '页面已过期，请刷新后重试' },
  'staff.captcha_wrong': { status: 400, message: '验证码错误或已过期' },
  'staff.credentials_wrong': { status: 401, message: '账号或密码错误' },
  'staff.locked': { status: 423, message: '密码错误次数过多，请 {minutes} 分钟后再试' },
  'staff.disabled': { status: 403, message: '账号已被停用' },
  'staff.not_found': { status: 404, message: '员工不存在' },
  'staff.username_taken': { status: 409, message: '用户名已被使用' },
  'staff.password_weak': { status: 400, message: '密码至少 8 位，且同时包含字母和数字' },
  'staff.password_wrong': { status: 400, message: '原密码错误' },
  'staff.last_super': { status: 409, message: '至少保留一名可用的超级管理员' },
  'role.not_found': { status: 404, message: '角色不存在' },
  'role.built_in': { status: 409, message: '内置角色不能修改或删除' },
  'role.in_use': { status: 409, message: '还有 {count} 名员工使用该角色' },
  'role.name_taken': { status: 409, message: '角色名称已存在' },

  'service.not_signed_in': { status: 401, message: '服务令牌无效、已过期或已停用' },
  'service.forbidden': { status: 403, message: '服务令牌没有这项授权' },
  'service_token.not_found': { status: 404, message: '服务令牌不存在' },
  'service_token.too_many': { status: 409, message: '有效的服务令牌最多 {max} 个，请先停用不再使用的' },
  'service_token.day_past': { status: 400, message: '有效期不能早于今天' },

  'setting.not_found': { status: 404, message: '设置项不存在' },
  'setting.invalid': { status: 400, message: '设置值不符合要求' },

  'file.not_found': { status: 404, message: '文件不存在' },
  'file.unsupported': { status: 415, message: '仅支持 JPG、PNG、WebP 图片' },
  'file.too_large': { status: 413, message: '图片不能超过 5 MB' },
  'file.broken': { status: 400, message: '图片已损坏，无法识别' },

  'category.not_found': { status: 404, message: '分类不存在' },
  'category.too_deep': { status: 409, message: '分类最多三级' },
  'category.not_empty': { status: 409, message: '该分类下还有 {children} 个子分类、{products} 件商品，请先移走' },
  'category.stale': { status: 409, message: '分类刚刚被更新，请刷新后重试' },
  'category.name_taken': { status: 409, message: '同级分类中已有该名称' },
  'category.cycle': { status: 409, message: '不能移动到自己的下级分类' },
  'brand.not_found': { status: 404, message: '品牌不存在' },
  'brand.name_taken': { status: 409, message: '品牌名称已存在' },
  'brand.in_use': { status: 409, message: '还有 {count} 件商品使用该品牌' },
  'product.not_found': { status: 404, message: '商品不存在或已下架' },
  'product.stale': { status: 409, message: '商品已被他人修改，请刷新后重试' },
  'product.category_gone': { status: 409, message: '原来的分类已被删除，请为商品选择一个分类' },
  'product.incomplete': { status: 409, message: '商品信息不完整，暂时不能上架：{why}' },
  'product.specs_invalid': { status: 400, message: '规格组合有误：{why}' },
  'sku.not_found': { status: 404, message: '商品规格不存在' },
  'sku.code_taken': { status: 409, message: '规格编码 {code} 已被使用' },
  'cursor.invalid': { status: 400, message: '翻页标识无效，请从第一页重新加载' },

  'inventory.short': { status: 409, message: '库存不足，仅剩 {left} 件' },
  'inventory.below_reserved': { status: 409, message: '调整后库存不能低于已被订单占用的 {reserved} 件' },
  'location.not_found': { status: 404, message: '仓库不存在' },

  'cart.full': { status: 409, message: '购物车已满，最多 {max} 种商品' },
  'cart.line_not_found': { status: 404, message: '购物车中没有该商品' },
  'quote.empty': { status: 400, message: '请选择要购买的商品' },
  'quote.unavailable': { status: 409, message: '「{title}」{why}' },
  'checkout.price_changed': { status: 409, message: '价格有变动，请确认新的金额后再提交' },
  'checkout.not_found': { status: 404, message: '订单不存在' },
  'checkout.not_payable': { status: 409, message: '订单当前状态不能支付' },
  'checkout.expired': { status: 409, message: '订单已超过支付时间' },
  'checkout.key_reused': { status: 409, message: '该提交标识已用于另一笔订单' },

  'order.not_found': { status: 404, message: '订单不存在' },
  'order.not_cancellable': { status: 409, message: '订单当前状态不能取消' },
  'order.not_receivable': { status: 409, message: '订单当前状态不能确认收货' },
  'order.not_shippable': { status: 409, message: '订单当前状态不能发货' },
  'order.aftersale_open': { status: 409, message: '订单有处理中的售后，请先处理售后' },
  'order.stale': { status: 409, message: '订单已更新，请刷新后重试' },
  'order.address_fixed': { status: 409, message: '订单已发货或已结束，不能再修改收货信息' },
  'order.already_paid': { status: 409, message: '订单已支付，不能取消，可申请退款' },

  'parcel.quantity': { status: 409, message: '发货数量超过待发数量' },
  'parcel.duplicate': { status: 409, message: '运单号 {trackingNo} 已登记' },

  'payment.not_found': { status: 404, message: '支付单不存在' },
  'payment.pending': { status: 503, message: '支付结果确认中，请稍后查看' },
  'payment.refused': { status: 409, message: '微信支付未受理该订单：{why}' },
  'payment.openid_missing': { status: 409, message: '请先使用微信登录后再支付' },
  'refund.too_much': { status: 409, message: '退款金额超过可退金额' },
  'refund.not_retryable': { status: 409, message: '退款单当前状态不能重试' },

  'points.short': { status: 409, message: '积分不足，可用积分 {left}' },

  'aftersale.not_found': { status: 404, message: '售后单不存在' },
  'aftersale.not_open': { status: 409, message: '售后单当前状态不能执行此操作' },
  'aftersale.window_closed': { status: 409, message: '已超过售后期限' },
  'aftersale.kind_unavailable': { status: 409, message: '订单当前状态不支持该售后类型' },
  'aftersale.quantity': { status: 409, message: '申请数量超过可售后数量' },
  'aftersale.too_many': { status: 409, message: '同一商品最多申请 {max} 次售后' },
  'aftersale.amount': { status: 409, message: '退款金额超过可退金额 {max}' },
  'aftersale.return_address_missing': { status: 409, message: '请先在“系统设置”中填写退货联系电话与退货地址' },
  'aftersale.stale': { status: 409, message: '售后单已更新，请刷新后重试' },

  'job.not_found': { status: 404, message: '任务不存在或已处理' },
} as const satisfies Record<string, Refusal>;

export type ErrorCode = keyof typeof ERRORS;

/** The sentence for a person: the template filled from details; a missing detail leaves no braces behind. */
export function messageOf(code: ErrorCode, details: Record<string, unknown> = {}): string {
  return ERRORS[code].message.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(details[name] ?? ''));
}

/** Codes that any door may answer; endpoints list only what is their own. */
export const COMMON_ERRORS = [
  'request.invalid',
  'request.too_large',
  'request.unsupported',
  'route.not_found',
  'rate.limited',
  'idempotency.key_missing',
  'idempotency.key_reused',
  'idempotency.in_progress',
  'auth.required',
  'auth.blocked',
  'staff.not_signed_in',
  'staff.forbidden',
  'staff.csrf',
  'service.not_signed_in',
  'service.forbidden',
  'conflict.retry',
  'server.busy',
  'server.failed',
] as const satisfies readonly ErrorCode[];
