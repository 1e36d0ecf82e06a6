// How far an after-sale case is, and what the buyer may do next.
import { getAftersale, type Got, type Id, withdrawAftersale, yuan } from '@jishi/contract';
import { View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { api, useIntent } from '@/api';
import { go, queryValue } from '@/bridge/go';
import { ask, copy, note, praise } from '@/bridge/say';
import { TextBones } from '@/parts/bones';
import { Button } from '@/parts/button';
import { useCountdown } from '@/parts/countdown';
import { Trouble } from '@/parts/empty';
import { PictureRow } from '@/parts/evidence';
import { BoughtLine } from '@/parts/lines';
import { minuteOf } from '@/parts/moment';
import { Page } from '@/parts/page';
import { Price } from '@/parts/price';
import { Timeline } from '@/parts/timeline';
import { Tap } from '@/parts/tap';
import { asProblem, useAsk } from '@/session/ask';
import { useFresh } from '@/session/fresh';
import { isOver } from '../over.ts';
import './index.scss';

type Case = Got<typeof getAftersale>;

const WORDS: Record<Case['state'], string> = {
  requested: '商家会尽快处理，请留意消息',
  await_return: '商家已同意，请寄回商品并填写运单号',
  returning: '等待商家签收验货',
  return_received: '商家已收到退货，正在验货',
  refunding: '退款已提交微信，一般很快到账',
  done: '款项已原路退回',
  rejected: '商家没有同意这次申请',
  withdrawn: '你已撤销这次申请',
  expired: '没有按时寄回商品，申请已关闭',
};

export default function AftersaleDetail() {
  const { params } = useRouter();
  const aftersaleId = (queryValue(params, 'id') ?? '') as Id<'aftersale'>;
  const asked = useAsk(aftersaleId, () => api(getAftersale, { aftersaleId }));
  const value = asked.value;
  useFresh(asked.reload);
  return (
    <Page title="售后详情" dock={value !== null && <Bar one={value} put={asked.put} reload={asked.reload} />}>
      {value === null && asked.problem !== null && (
        <Trouble away problem={asked.problem} onRetry={() => void asked.reload()} />
      )}
      {value === null && asked.problem === null && <TextBones count={4} />}
      {value !== null && (
        <>
          <Head one={value} />
          {value.returnTo !== null && <ReturnTo one={value} />}
          <Facts one={value} />
          <View className="card">
            <View className="heading case-heading">处理进度</View>
            <Timeline entries={value.timeline} />
          </View>
        </>
      )}
    </Page>
  );
}

function Head({ one }: { one: Case }) {
  const isWaiting = one.state === 'await_return';
  const { text } = useCountdown(isWaiting ? one.returnBefore : null);
  return (
    <View className={`case-head${isOver(one.state) ? ' case-head-over' : ''}`}>
      <View className="case-state">{one.stateName}</View>
      <View className="case-word">
        {one.state === 'rejected' && one.rejectReason !== null ? `原因：${one.rejectReason}` : WORDS[one.state]}
      </View>
      {isWaiting && one.returnBefore !== null && <View className="case-word num">剩余 {text}</View>}
    </View>
  );
}

function ReturnTo({ one }: { one: Case }) {
  const to = one.returnTo;
  if (to === null) return null;
  return (
    <View className="card">
      <View className="row-between">
        <View className="heading">退货地址</View>
        <Tap className="case-copy" onTap={() => void copy(`${to.name} ${to.phone} ${to.address}`, '退货地址已复制')}>
          复制
        </Tap>
      </View>
      <View className="num">
        {to.name} {to.phone}
      </View>
      <View className="muted">{to.address}</View>
      {one.returnParcel !== null && (
        <View className="row-between case-parcel">
          <View>
            已寄出：{one.returnParcel.carrierName} <View className="num case-no">{one.returnParcel.trackingNo}</View>
          </View>
          <Tap className="case-copy" onTap={() => void copy(one.returnParcel?.trackingNo ?? '', '运单号已复制')}>
            复制
          </Tap>
        </View>
      )}
    </View>
  );
}

function Facts({ one }: { one: Case }) {
  return (
    <View className="card">
      {one.lines.map((line) => (
        <BoughtLine
          key={line.lineId}
          image={line.image}
          title={line.title}
          specText={line.specText}
          unitFen={line.unitFen}
          quantity={line.quantity}
        />
      ))}
      <Fact name="售后类型" value={one.kindName} />
      <View className="case-fact">
        <View className="case-name">{one.agreedFen === null ? '申请退款' : '退款金额'}</View>
        <Price fen={one.agreedFen ?? one.askedFen} size="s" />
        {one.shippingFen > 0 && <View className="muted case-ship">含运费 {yuan(one.shippingFen)}</View>}
      </View>
      {one.points > 0 && <Fact name="退回积分" value={`${one.points} 积分`} />}
      <Fact name="原因" value={one.reason} />
      {one.description !== '' && <Fact name="说明" value={one.description} />}
      {one.evidence.length > 0 && (
        <View className="case-fact case-proof">
          <View className="case-name">凭证</View>
          <View className="grow">
            <PictureRow pictures={one.evidence} />
          </View>
        </View>
      )}
      <Fact name="申请时间" value={minuteOf(one.createdAt)} />
      {one.refundedAt !== null && <Fact name="到账时间" value={minuteOf(one.refundedAt)} />}
      <Fact name="售后编号" value={one.aftersaleNo} />
      <Tap className="case-order" role="link" onTap={() => go.order(one.orderId)}>
        查看订单 {one.orderNo}
      </Tap>
    </View>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <View className="case-fact">
      <View className="case-name">{name}</View>
      <View className="grow">{value}</View>
    </View>
  );
}

type BarProps = { one: Case; put: (one: Case) => void; reload: () => Promise<void> };

function Bar({ one, put, reload }: BarProps) {
  const intent = useIntent();
  const [busy, setBusy] = useState(false);
  async function withdraw() {
    if (!(await ask('撤销申请？', '撤销后，在售后期内还可以重新申请', '撤销'))) return;
    setBusy(true);
    try {
      const wish = { aftersaleId: one.id };
      put(await intent(wish, (key) => api(withdrawAftersale, wish, { key })));
      praise('已撤销');
    } catch (thrown) {
      note(asProblem(thrown).message);
      await reload();
    } finally {
      setBusy(false);
    }
  }
  if (!one.canWithdraw && !one.canEdit && !one.canSendBack) return null;
  return (
    <View className="case-bar">
      {one.canWithdraw && (
        <Button size="s" kind="line" busy={busy} onTap={() => void withdraw()}>
          撤销申请
        </Button>
      )}
      {one.canEdit && (
        <Button size="s" kind="line" onTap={() => go.editAftersale(one.id)}>
          修改申请
        </Button>
      )}
      {one.canSendBack && (
        <Button size="s" onTap={() => go.sendBack(one.id)}>
          填写寄回单号
        </Button>
      )}
    </View>
  );
}
