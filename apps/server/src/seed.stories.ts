// What can become of an order in the demo shop, step by step. Hours are counted from the order.

export type Carrier = 'SF' | 'ZTO' | 'YTO' | 'JD' | 'EMS';
export type Step =
  | { do: 'pay' }
  | { do: 'ship'; carrier: Carrier }
  /** Only the first line leaves. */
  | { do: 'shipFirst'; carrier: Carrier }
  | { do: 'receive' }
  | { do: 'cancel'; reason: string }
  /** The shop closes an order that nobody has paid yet. */
  | { do: 'close'; reason: string }
  /** Nobody paid: the till closes. */
  | { do: 'expire' }
  | { do: 'note'; note: string }
  | { do: 'ask'; kind: 'refund_only' | 'return_refund'; reason: string; words: string; all?: boolean; photo?: boolean }
  /** The shop gives money back unasked. */
  | { do: 'giveBack'; reason: string }
  | { do: 'agree'; note: string }
  | { do: 'refuse'; reason: string }
  | { do: 'withdraw' }
  | { do: 'sendBack' }
  | { do: 'takeBack' }
  /** The bank has sent the money. */
  | { do: 'refunded' };
export type Told = Step & { after: number };
export type Story = readonly Told[];

const tell = (after: number, step: Step): Told => ({ ...step, after });
const pay = (after = 0.05) => tell(after, { do: 'pay' });
const ship = (after: number, carrier: Carrier = 'ZTO') => tell(after, { do: 'ship', carrier });
const shipFirst = (after: number, carrier: Carrier) => tell(after, { do: 'shipFirst', carrier });
const receive = (after: number) => tell(after, { do: 'receive' });
const refunded = (after: number) => tell(after, { do: 'refunded' });

const received: Story = [pay(), ship(8, 'YTO'), receive(62)];
const receivedFast: Story = [pay(0.2), ship(4, 'SF'), receive(40)];
const askedBack: Story = [
  ...received,
  tell(70, {
    do: 'ask',
    kind: 'return_refund',
    reason: '商品与描述不符',
    words: '颜色比图片深一些，和想象的不太一样，想退掉这一件。包装都还在，没有使用过。',
    photo: true,
  }),
];
const agreedBack: Story = [
  ...askedBack,
  tell(74, { do: 'agree', note: '同意退货，请在七天内寄回，运单号填在售后单里。' }),
];
const brokenBack: Story = [
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
];
const regretWhole: Story = [
  pay(),
  tell(1.5, { do: 'ask', kind: 'refund_only', reason: '不想要了', words: '家里人已经买了，请退款。', all: true }),
  tell(3, { do: 'agree', note: '未发货，已为您办理全额退款。' }),
];
const missing: Story = [
  ...receivedFast,
  tell(46, { do: 'ask', kind: 'refund_only', reason: '少件或发错货', words: '少了一件，只收到其余的。', photo: true }),
  tell(49, { do: 'agree', note: '经核实确实漏装，已退还漏发商品的货款。' }),
];

export const STORIES = {
  unpaid: [],
  cancelled: [tell(0.3, { do: 'cancel', reason: '拍错了，重新下单' })],
  regretted: [tell(0.2, { do: 'cancel', reason: '收货地址填错了' })],
  dearer: [tell(0.4, { do: 'cancel', reason: '想再比较一下' })],
  expired: [tell(0.6, { do: 'expire' })],
  closed: [tell(0.4, { do: 'close', reason: '买家来电要求改规格，已请其重新下单' })],
  paid: [pay()],
  urged: [pay(), tell(1, { do: 'note', note: '客户来电：周五前要收到，优先发货' })],
  gift: [pay(0.1), tell(2, { do: 'note', note: '送礼订单，包装里不放价格单，附贺卡' })],
  partly: [pay(), shipFirst(6, 'JD')],
  shipped: [pay(0.1), ship(9)],
  shippedFast: [pay(), ship(3, 'SF')],
  shippedSlow: [pay(0.3), ship(21, 'EMS')],
  twoUnderway: [pay(), shipFirst(5, 'JD'), ship(22, 'ZTO')],
  received,
  receivedFast,
  receivedInTwo: [pay(), shipFirst(6, 'JD'), ship(20, 'SF'), receive(78)],
  neverConfirmed: [pay(0.1), ship(10, 'YTO')],
  completed: [pay(), ship(10, 'ZTO'), receive(74)],
  askedBack,
  askedEarly: [
    pay(),
    tell(2, {
      do: 'ask',
      kind: 'refund_only',
      reason: '拍错或多拍',
      words: '多拍了一件，请帮忙退一件，其余照常发货，谢谢！',
    }),
  ],
  withdrawn: [
    ...receivedFast,
    tell(50, { do: 'ask', kind: 'return_refund', reason: '不想要了', words: '感觉大小不合适，想退。' }),
    tell(53, { do: 'withdraw' }),
  ],
  awaitReturn: agreedBack,
  returning: [...agreedBack, tell(90, { do: 'sendBack' })],
  brokenReturning: brokenBack,
  returnedUnpaid: [...brokenBack, tell(120, { do: 'takeBack' })],
  returned: [...brokenBack, tell(120, { do: 'takeBack' }), refunded(121)],
  refused: [
    ...receivedFast,
    tell(100, { do: 'ask', kind: 'return_refund', reason: '不想要了', words: '用了几天不太喜欢，想退。' }),
    tell(103, { do: 'refuse', reason: '商品已拆封使用，影响二次销售，无法办理无理由退货。如有质量问题请联系客服。' }),
  ],
  refunding: regretWhole,
  refundedWhole: [...regretWhole, refunded(3.1)],
  refundedPart: [...missing, refunded(49.2)],
  soldOut: [pay(), tell(5, { do: 'giveBack', reason: '该规格临时缺货，协商退款' }), refunded(5.2), ship(8, 'SF')],
} as const satisfies Record<string, Story>;
export type StoryName = keyof typeof STORIES;

/** True for a story whose order leaves in pieces, or loses one: it needs more than one line. */
export function needsLines(story: Story): boolean {
  return story.some((step) => step.do === 'shipFirst' || step.do === 'giveBack');
}
