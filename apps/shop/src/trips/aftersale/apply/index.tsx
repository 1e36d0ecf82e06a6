// Asking for money back: what of the order, why, with proof; or editing what was asked.
import {
  AFTERSALE_KIND_NAMES,
  AFTERSALE_REASONS,
  editAftersale,
  getAftersale,
  getRefundable,
  type Got,
  type Id,
  type Picture,
  previewAftersale,
  requestAftersale,
  yuan,
} from '@jishi/contract';
import { Textarea, View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { api, useIntent } from '@/api';
import { go, queryValue } from '@/bridge/go';
import { note, praise } from '@/bridge/say';
import { TextBones } from '@/parts/bones';
import { Button } from '@/parts/button';
import { Empty, Trouble } from '@/parts/empty';
import { Evidence } from '@/parts/evidence';
import { Icon } from '@/parts/icon';
import { shortOf } from '@/parts/moment';
import { Page } from '@/parts/page';
import { Price } from '@/parts/price';
import { ChoiceSheet } from '@/parts/sheet';
import { Tap } from '@/parts/tap';
import { Tick } from '@/parts/tick';
import { asProblem, useAsk } from '@/session/ask';
import { useDraft } from '@/session/session';
import { ChosenLines, choiceOf, type Quantities } from './chosen-lines.tsx';
import './index.scss';

type Refundable = Got<typeof getRefundable>;
type Kind = 'refund_only' | 'return_refund';

const PICTURES_MAX = 6;
const KIND_HINTS: Record<Kind, string> = {
  refund_only: '还没发货，或与商家商量好不退货',
  return_refund: '已收到货，寄回后退款',
};

export default function Apply() {
  const { params } = useRouter();
  const editing = queryValue(params, 'id') as Id<'aftersale'> | undefined;
  return editing === undefined ? (
    <Request orderId={queryValue(params, 'orderId') as Id<'order'>} />
  ) : (
    <Edit id={editing} />
  );
}

function Request({ orderId }: { orderId: Id<'order'> }) {
  const asked = useAsk(orderId, () => api(getRefundable, { orderId }));
  const value = asked.value;
  if (value === null) {
    return (
      <Page title="申请售后">
        {asked.problem !== null ? (
          <Trouble away problem={asked.problem} onRetry={() => void asked.reload()} />
        ) : (
          <TextBones count={4} />
        )}
      </Page>
    );
  }
  if (value.lines.every((line) => line.maxQuantity === 0) || value.kinds.length === 0) {
    return (
      <Page title="申请售后">
        <Empty icon="refund" title="没有可以申请售后的商品" hint="可能已超过售后期限，或都已申请过" />
      </Page>
    );
  }
  return <RequestForm order={value} reload={asked.reload} />;
}

function RequestForm({ order, reload }: { order: Refundable; reload: () => Promise<void> }) {
  const kinds = order.kinds.filter((kind): kind is Kind => kind !== 'system');
  const draft = useDraft<{ kind: Kind | null; quantities: Quantities }>(`apply ${order.orderId}`, {
    kind: null,
    quantities: {},
  });
  const { quantities } = draft.value;
  // What was drafted may no longer be offered.
  const kind = kinds.find((one) => one === draft.value.kind) ?? kinds[0] ?? 'refund_only';
  const why = useWhy(`apply-why ${order.orderId}`, { reason: null, description: '', pictures: [] });
  const lines = choiceOf(order, quantities);
  const preview = useAsk(JSON.stringify(lines), async () =>
    lines.length === 0 ? null : api(previewAftersale, { orderId: order.orderId, lines }),
  );
  const { busy, submit } = useSubmit(reload, () => {
    draft.sent();
    why.sent();
  });
  return (
    <Page
      title="申请售后"
      over={why.sheet}
      dock={
        <View className="apply-bar">
          <View className="grow">
            <View className="row apply-sum">
              <View>预计退款</View>
              <Price fen={preview.value?.totalFen ?? 0} />
            </View>
            <View className="muted">
              {preview.problem?.message ?? (preview.value ? partsOf(preview.value) : '请选择商品')}
            </View>
          </View>
          <Button
            busy={busy}
            disabled={lines.length === 0 || preview.value === null}
            onTap={() => void submit({ orderId: order.orderId, kind, lines, ...why.answer })}
          >
            提交申请
          </Button>
        </View>
      }
    >
      {order.until !== null && <View className="apply-until">可在 {shortOf(order.until)} 前申请</View>}
      <ChosenLines
        order={order}
        quantities={quantities}
        onChange={(next) => draft.put((before) => ({ ...before, quantities: next }))}
      />
      <View className="card">
        <View className="heading">售后类型</View>
        {kinds.map((one) => (
          <Tap key={one} className="choice" onTap={() => draft.put((before) => ({ ...before, kind: one }))}>
            <View className="grow">
              <View>{AFTERSALE_KIND_NAMES[one]}</View>
              <View className="muted">{KIND_HINTS[one]}</View>
            </View>
            <Tick isOn={kind === one} />
          </Tap>
        ))}
      </View>
      {why.form}
    </Page>
  );
}

function partsOf({ goodsFen, shippingFen, points }: { goodsFen: number; shippingFen: number; points: number }) {
  const parts = [`商品 ${yuan(goodsFen)}`];
  if (shippingFen > 0) parts.push(`运费 ${yuan(shippingFen)}`);
  if (points > 0) parts.push(`退回 ${points} 积分`);
  return parts.join('，');
}

type Asked = {
  orderId: Id<'order'>;
  kind: Kind;
  lines: ReturnType<typeof choiceOf>;
  reason: string | null;
  description: string;
  evidenceFileIds: Id<'file'>[];
};

function useSubmit(reload: () => Promise<void>, sent: () => void) {
  const intent = useIntent();
  const [busy, setBusy] = useState(false);
  async function submit({ reason, ...rest }: Asked) {
    if (reason === null) return note('请选择原因');
    const wish = { ...rest, reason };
    setBusy(true);
    try {
      const made = await intent(wish, (key) => api(requestAftersale, wish, { key }));
      sent();
      praise('申请已提交');
      go.aftersaleInstead(made.id);
    } catch (thrown) {
      const problem = asProblem(thrown);
      note(problem.message);
      if (problem.status === 409) await reload();
    } finally {
      setBusy(false);
    }
  }
  return { busy, submit };
}

function Edit({ id }: { id: Id<'aftersale'> }) {
  const asked = useAsk(id, () => api(getAftersale, { aftersaleId: id }));
  if (asked.value !== null) return <EditForm now={asked.value} />;
  return (
    <Page title="修改申请">
      {asked.problem !== null ? (
        <Trouble away problem={asked.problem} onRetry={() => void asked.reload()} />
      ) : (
        <TextBones count={3} />
      )}
    </Page>
  );
}

function EditForm({ now }: { now: Got<typeof getAftersale> }) {
  const why = useWhy(`edit ${now.id}`, { reason: now.reason, description: now.description, pictures: now.evidence });
  const [busy, setBusy] = useState(false);
  async function save() {
    const { reason, ...rest } = why.answer;
    if (reason === null) return;
    setBusy(true);
    try {
      await api(editAftersale, { aftersaleId: now.id, reason, ...rest });
      why.sent();
      praise('已保存');
      go.back();
    } catch (thrown) {
      note(asProblem(thrown).message);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Page
      title="修改申请"
      over={why.sheet}
      dock={
        <View className="apply-bar">
          <Button block busy={busy} onTap={() => void save()}>
            保存修改
          </Button>
        </View>
      }
    >
      {why.form}
    </Page>
  );
}

type Why = { reason: string | null; description: string; pictures: Picture[] };

/** The reason, the words and the pictures, asked the same way when applying and when editing. */
function useWhy(name: string, first: Why) {
  const { value: why, put, sent } = useDraft(name, first);
  const [isOpen, setOpen] = useState(false);
  const form = (
    <View className="card">
      <Tap className="field" onTap={() => setOpen(true)}>
        <View className="field-name">原因</View>
        <View className={`grow${why.reason === null ? ' placeholder' : ''}`}>{why.reason ?? '请选择'}</View>
        <Icon name="right" size="s" tone="ink-3" />
      </Tap>
      <View className="apply-label">说明</View>
      <Textarea
        className="textarea"
        maxlength={500}
        value={why.description}
        placeholder="选填，描述一下遇到的问题，方便商家尽快处理"
        placeholderClass="placeholder"
        onInput={(event) => put((before) => ({ ...before, description: event.detail.value }))}
      />
      <View className="apply-label">凭证（最多 {PICTURES_MAX} 张）</View>
      <Evidence
        pictures={why.pictures}
        max={PICTURES_MAX}
        onChange={(pictures) => put((before) => ({ ...before, pictures }))}
      />
    </View>
  );
  const sheet = (
    <ChoiceSheet
      open={isOpen}
      title="选择原因"
      choices={AFTERSALE_REASONS.map((reason) => ({ value: reason as string, label: reason }))}
      chosen={why.reason}
      onChoose={(reason) => {
        put((before) => ({ ...before, reason }));
        setOpen(false);
      }}
      onClose={() => setOpen(false)}
    />
  );
  const answer = {
    reason: why.reason,
    description: why.description,
    evidenceFileIds: why.pictures.map((picture) => picture.fileId as Id<'file'>),
  };
  return { form, sheet, answer, sent };
}
