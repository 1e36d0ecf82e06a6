// One order: where it is, what is in it, why it cost that, and what may be done with it now.
import { getOrder, type Got, type Id } from '@jishi/contract';
import { View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { api } from '@/api';
import { go, queryValue } from '@/bridge/go';
import { copy } from '@/bridge/say';
import { TextBones } from '@/parts/bones';
import { useCountdown } from '@/parts/countdown';
import { Trouble } from '@/parts/empty';
import { Icon } from '@/parts/icon';
import { BoughtLine } from '@/parts/lines';
import { minuteOf, shortOf } from '@/parts/moment';
import { Page } from '@/parts/page';
import { regionText } from '@/parts/region';
import { usePolling } from '@/parts/poll';
import { Price } from '@/parts/price';
import { Steps } from '@/parts/steps';
import { Timeline } from '@/parts/timeline';
import { Tap } from '@/parts/tap';
import { useAsk } from '@/session/ask';
import { useFresh } from '@/session/fresh';
import { OrderBar } from './bar.tsx';
import './index.scss';

export type OrderView = Got<typeof getOrder>;

const CLOSING_POLL_MS = 4000;

export default function OrderDetail() {
  const { params } = useRouter();
  const orderId = (queryValue(params, 'id') ?? '') as Id<'order'>;
  const asked = useAsk(orderId, () => api(getOrder, { orderId }));
  const order = asked.value;
  useFresh(asked.reload);
  // WeChat is being asked whether money is on its way; the answer comes by itself.
  usePolling(order?.isClosing ?? false, CLOSING_POLL_MS, asked.reload);
  return (
    <Page title="订单详情" dock={order !== null && <OrderBar order={order} put={asked.put} reload={asked.reload} />}>
      {order === null && asked.problem !== null && (
        <Trouble away problem={asked.problem} onRetry={() => void asked.reload()} />
      )}
      {order === null && asked.problem === null && <TextBones count={4} />}
      {order !== null && (
        <>
          <Head order={order} onOver={() => void asked.reload()} />
          <Parcels order={order} />
          <AddressCard order={order} />
          <Goods order={order} />
          <Facts order={order} />
          <View className="card">
            <View className="heading detail-heading">订单动态</View>
            <Timeline entries={order.timeline} />
          </View>
        </>
      )}
    </Page>
  );
}

function Head({ order, onOver }: { order: OrderView; onOver: () => void }) {
  const isWaiting = order.state === 'unpaid' && !order.isClosing;
  const { text } = useCountdown(isWaiting ? order.payBefore : null, onOver);
  return (
    <View className={`detail-head detail-${order.state}`}>
      <View className="detail-state">{order.isClosing ? '正在取消' : order.stateName}</View>
      <View className="detail-word">{isWaiting ? `请在 ${text} 内付款，超时订单将自动关闭` : wordOf(order)}</View>
    </View>
  );
}

function wordOf(order: OrderView): string {
  if (order.isClosing) return '正在向微信确认是否有付款，请稍候';
  if (order.state === 'paid') return '商家正在备货，会尽快发出';
  if (order.state === 'partly_shipped') return '部分商品已发出，其余正在备货';
  if (order.state === 'shipped')
    return order.autoReceiveAt === null ? '商品正在路上' : `${shortOf(order.autoReceiveAt)} 自动确认收货`;
  if (order.state === 'received')
    return order.aftersaleUntil === null ? '感谢购买' : `售后服务至 ${shortOf(order.aftersaleUntil)}`;
  if (order.state === 'cancelled') return order.cancelReason || '订单已取消';
  if (order.state === 'refunded') return '款项已原路退回';
  return '感谢购买，期待再次光临';
}

function Parcels({ order }: { order: OrderView }) {
  if (order.parcels.length === 0) return null;
  return (
    <View className="card">
      {order.parcels.map((parcel, index) => (
        <View key={parcel.id} className="parcel">
          <View className="row">
            <Icon name="truck" tone="brand" />
            <View className="grow parcel-words">
              <View className="heading">
                {order.parcels.length > 1 ? `包裹 ${index + 1} · ` : ''}
                {parcel.carrierName}
              </View>
              <View className="muted num">{parcel.trackingNo}</View>
            </View>
            <Tap className="detail-copy" onTap={() => void copy(parcel.trackingNo, '运单号已复制')}>
              复制
            </Tap>
          </View>
          <View className="parcel-lines">
            {parcel.lines.map((line) => (
              <View key={line.lineId} className="muted clamp1">
                {line.title} {line.specText} ×{line.quantity}
              </View>
            ))}
            <View className="muted num">{minuteOf(parcel.shippedAt)} 发出</View>
          </View>
        </View>
      ))}
    </View>
  );
}

function AddressCard({ order }: { order: OrderView }) {
  const { name, phone, detail } = order.address;
  return (
    <View className="card row">
      <Icon name="pin" tone="brand" />
      <View className="grow detail-address">
        <View className="heading num">
          {name} {phone}
        </View>
        <View className="detail-where">
          {regionText(order.address, '')}
          {detail}
        </View>
      </View>
    </View>
  );
}

function Goods({ order }: { order: OrderView }) {
  return (
    <View className="card">
      <View className="heading">{order.sellerName}</View>
      {order.lines.map((line) => (
        <BoughtLine
          key={line.id}
          image={line.image}
          title={line.title}
          specText={line.specText}
          unitFen={line.unitFen}
          quantity={line.quantity}
          onTap={() => go.product(line.productId)}
        >
          {line.refundedQuantity > 0 && <View className="tag tag-quiet">已退 {line.refundedQuantity} 件</View>}
        </BoughtLine>
      ))}
      <View className="detail-steps">
        <Steps steps={order.steps} />
      </View>
      <View className="row detail-total">
        <View>{order.state === 'unpaid' || order.paidAt === null ? '应付' : '实付'}</View>
        <Price fen={order.totalFen} />
      </View>
      {order.refundedFen > 0 && (
        <View className="row detail-total">
          <View>已退款</View>
          <Price fen={order.refundedFen} tone="ink" />
        </View>
      )}
      {order.points !== null && order.points.back > 0 && (
        <View className="row detail-total muted">已退回 {order.points.back} 积分</View>
      )}
      {order.aftersaleIds.length > 0 && (
        <Tap
          className="row-between detail-cases"
          role="link"
          onTap={() => (order.aftersaleIds.length === 1 ? go.aftersale(order.aftersaleIds[0] ?? '') : go.aftersales())}
        >
          <View>{order.hasOpenAftersale ? '售后处理中' : '售后记录'}</View>
          <View className="row muted">
            {order.aftersaleIds.length} 条
            <Icon name="right" size="s" tone="ink-3" />
          </View>
        </Tap>
      )}
    </View>
  );
}

function Facts({ order }: { order: OrderView }) {
  const facts: [string, string][] = [
    ['下单时间', minuteOf(order.createdAt)],
    ...(order.paidAt === null ? [] : [['付款时间', minuteOf(order.paidAt)] as [string, string]]),
    ...(order.shippedAt === null ? [] : [['发货时间', minuteOf(order.shippedAt)] as [string, string]]),
    ...(order.receivedAt === null ? [] : [['收货时间', minuteOf(order.receivedAt)] as [string, string]]),
    ...(order.remark === '' ? [] : [['买家备注', order.remark] as [string, string]]),
  ];
  return (
    <View className="card">
      <View className="fact">
        <View className="fact-name">订单编号</View>
        <View className="grow num fact-value">{order.orderNo}</View>
        <Tap className="detail-copy" onTap={() => void copy(order.orderNo, '订单编号已复制')}>
          复制
        </Tap>
      </View>
      {facts.map(([name, value]) => (
        <View key={name} className="fact">
          <View className="fact-name">{name}</View>
          <View className="grow num fact-value">{value}</View>
        </View>
      ))}
    </View>
  );
}
