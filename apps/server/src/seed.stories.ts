// What happened in the demo shop: who ordered when, and what became of it. Hours are counted from the order.

export type Step =
  | { do: 'pay' }
  | { do: 'ship'; carrier: 'SF' | 'ZTO' | 'YTO' | 'JD' | 'EMS' }
  /** Only the first line leaves. */
  | { do: 'shipFirst'; carrier: 'SF' | 'ZTO' | 'YTO' | 'JD' | 'EMS' }
  | { do: 'receive' }
  | { do: 'cancel'; reason: string }
  /** Nobody paid: the till closes. */
  | { do: 'expire' }
  | { do: 'note'; note: string }
  | { do: 'ask'; kind: 'refund_only' | 'return_refund'; reason: string; words: string; all?: boolean; photo?: boolean }
  | { do: 'agree'; note: string }
  | { do: 'refuse'; reason: string }
  | { do: 'sendBack' }
  | { do: 'takeBack' }
  /** The bank has sent the money. */
  | { do: 'refunded' };
export type Told = Step & { after: number };
export type Story = readonly Told[];

const tell = (after: number, step: Step): Told => ({ ...step, after });
const pay = (after = 0.05) => tell(after, { do: 'pay' });
const ship = (after: number, carrier: 'SF' | 'ZTO' | 'YTO' | 'JD' | 'EMS' = 'ZTO') =>
  tell(after, { do: 'ship', carrier });

const unpaid: Story = [];
const cancelled: Story = [tell(0.3, { do: 'cancel', reason: '拍错了，重新下单' })];
const regretted: Story = [tell(0.2, { do: 'cancel', reason: '收货地址填错了' })];
const expired: Story = [tell(0.6, { do: 'expire' })];
const paid: Story = [pay()];
const urged: Story = [pay(), tell(1, { do: 'note', note: '客户来电：周五前要收到，优先发货' })];
const partly: Story = [pay(), tell(6, { do: 'shipFirst', carrier: 'JD' })];
const shipped: Story = [pay(0.1), ship(9)];
const shippedFast: Story = [pay(), ship(3, 'SF')];
const received: Story = [pay(), ship(8, 'YTO'), tell(62, { do: 'receive' })];
const receivedFast: Story = [pay(0.2), ship(4, 'SF'), tell(40, { do: 'receive' })];
const completed: Story = [pay(), ship(10, 'ZTO'), tell(74, { do: 'receive' })];
const requested: Story = [
  ...received,
  tell(70, {
    do: 'ask',
    kind: 'return_refund',
    reason: '商品与描述不符',
    words: '颜色比图片深一些，和想象的不太一样，想退掉这一件。包装都还在，没有使用过。',
    photo: true,
  }),
];
const askedEarly: Story = [
  pay(),
  tell(2, {
    do: 'ask',
    kind: 'refund_only',
    reason: '拍错或多拍',
    words: '多拍了一件，请帮忙退一件，其余照常发货，谢谢！',
  }),
];
const awaitReturn: Story = [
  ...requested,
  tell(74, { do: 'agree', note: '同意退货，请在七天内寄回，运单号填在售后单里。' }),
];
const returning: Story = [...awaitReturn, tell(90, { do: 'sendBack' })];
const returned: Story = [
  ...received,
  tell(66, {
    do: 'ask',
    kind: 'return_refund',
    reason: '质量问题',
    words: '收到时包装破了，里面也有损坏，照片已上传，麻烦处理一下。',
    photo: true,
  }),
  tell(69, { do: 'agree', note: '非常抱歉，运费由我们承担。' }),
  tell(84, { do: 'sendBack' }),
  tell(120, { do: 'takeBack' }),
  tell(121, { do: 'refunded' }),
];
const refused: Story = [
  ...receivedFast,
  tell(100, { do: 'ask', kind: 'return_refund', reason: '不想要了', words: '用了几天不太喜欢，想退。' }),
  tell(103, { do: 'refuse', reason: '商品已拆封使用，影响二次销售，无法办理无理由退货。如有质量问题请联系客服。' }),
];
const refundedWhole: Story = [
  pay(),
  tell(1.5, { do: 'ask', kind: 'refund_only', reason: '不想要了', words: '家里人已经买了，请退款。', all: true }),
  tell(3, { do: 'agree', note: '未发货，已为您办理全额退款。' }),
  tell(3.1, { do: 'refunded' }),
];
const refundedPart: Story = [
  ...receivedFast,
  tell(46, { do: 'ask', kind: 'refund_only', reason: '少件或发错货', words: '少了一件，只收到其余的。', photo: true }),
  tell(49, { do: 'agree', note: '经核实确实漏装，已退还漏发商品的货款。' }),
  tell(49.2, { do: 'refunded' }),
];

type Plan = { daysAgo: number; hour: number; story: Story; remark?: string };
/** `daysAgo` 0 and `hour` below 0: so many hours before now. Buyers take turns. */
export const PLANS: readonly Plan[] = [
  { daysAgo: 36, hour: 10.2, story: completed },
  { daysAgo: 34, hour: 20.5, story: completed },
  { daysAgo: 31, hour: 14.1, story: completed, remark: '请用纸箱包装，谢谢' },
  { daysAgo: 28, hour: 21.7, story: completed },
  { daysAgo: 25, hour: 9.4, story: completed },
  { daysAgo: 22, hour: 19.9, story: completed },
  { daysAgo: 20, hour: 12.3, story: completed },
  { daysAgo: 14, hour: 10.6, story: received },
  { daysAgo: 13, hour: 9.8, story: refused },
  { daysAgo: 13, hour: 21.1, story: received },
  { daysAgo: 12, hour: 14.5, story: returned },
  { daysAgo: 12, hour: 20.2, story: received, remark: '送朋友的，请不要放价格单' },
  { daysAgo: 11, hour: 11.7, story: expired },
  { daysAgo: 11, hour: 22.3, story: received },
  { daysAgo: 10, hour: 13.2, story: receivedFast },
  { daysAgo: 10, hour: 19.6, story: refundedPart },
  { daysAgo: 9, hour: 10.9, story: received },
  { daysAgo: 9, hour: 20.8, story: receivedFast },
  { daysAgo: 8, hour: 12.4, story: returning },
  { daysAgo: 8, hour: 21.4, story: received },
  { daysAgo: 7, hour: 9.3, story: awaitReturn },
  { daysAgo: 7, hour: 15.6, story: receivedFast, remark: '放丰巢柜即可' },
  { daysAgo: 7, hour: 22.5, story: cancelled },
  { daysAgo: 6, hour: 11.8, story: received },
  { daysAgo: 6, hour: 20.1, story: receivedFast },
  { daysAgo: 5, hour: 10.4, story: requested },
  { daysAgo: 5, hour: 16.9, story: receivedFast },
  { daysAgo: 5, hour: 21.6, story: shipped },
  { daysAgo: 4, hour: 13.7, story: shippedFast },
  { daysAgo: 4, hour: 20.4, story: shipped },
  { daysAgo: 3, hour: 9.9, story: refundedWhole },
  { daysAgo: 3, hour: 12.6, story: shipped },
  { daysAgo: 3, hour: 21.9, story: shippedFast, remark: '麻烦尽快，周末出门要用' },
  { daysAgo: 2, hour: 10.1, story: partly },
  { daysAgo: 2, hour: 15.2, story: shipped },
  { daysAgo: 2, hour: 20.7, story: regretted },
  { daysAgo: 1, hour: 9.6, story: shippedFast },
  { daysAgo: 1, hour: 14.3, story: partly },
  { daysAgo: 1, hour: 19.2, story: urged },
  { daysAgo: 1, hour: 21.8, story: paid },
  { daysAgo: 0, hour: -7.5, story: askedEarly },
  { daysAgo: 0, hour: -5.1, story: paid },
  { daysAgo: 0, hour: -2.4, story: paid, remark: '请附赠一张贺卡：生日快乐' },
  { daysAgo: 0, hour: -0.9, story: paid },
  { daysAgo: 0, hour: -0.2, story: unpaid },
  { daysAgo: 0, hour: -0.1, story: unpaid },
];
