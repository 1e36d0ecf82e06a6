// Which things of the order, and how many of each.
import type { getRefundable, Got } from '@jishi/contract';
import { View } from '@tarojs/components';
import { BoughtLine } from '@/parts/lines';
import { Stepper } from '@/parts/stepper';
import { Tap } from '@/parts/tap';
import { Tick } from '@/parts/tick';

type Refundable = Got<typeof getRefundable>;
type Line = Refundable['lines'][number];

/** By line; absent means none of it. */
export type Quantities = Readonly<Record<string, number>>;

export function choiceOf(order: Refundable, quantities: Quantities): { lineId: Line['lineId']; quantity: number }[] {
  return order.lines.flatMap(({ lineId, maxQuantity }) => {
    const quantity = Math.min(quantities[lineId] ?? 0, maxQuantity);
    return quantity > 0 ? [{ lineId, quantity }] : [];
  });
}

type Props = { order: Refundable; quantities: Quantities; onChange: (next: Quantities) => void };

export function ChosenLines({ order, quantities, onChange }: Props) {
  return (
    <View className="card">
      <View className="heading">选择商品</View>
      {order.lines.map((line) => {
        const quantity = Math.min(quantities[line.lineId] ?? 0, line.maxQuantity);
        const set = (next: number) => onChange({ ...quantities, [line.lineId]: next });
        const isDead = line.maxQuantity === 0;
        return (
          <View key={line.lineId} className={`apply-line${isDead ? ' apply-dead' : ''}`}>
            <Tap
              className="apply-tick"
              role="checkbox"
              label={`选择 ${line.title}`}
              isOn={quantity > 0}
              isOff={isDead}
              onTap={() => !isDead && set(quantity > 0 ? 0 : line.maxQuantity)}
            >
              <Tick isOn={quantity > 0} isDead={isDead} />
            </Tap>
            <View className="grow">
              <BoughtLine
                image={line.image}
                title={line.title}
                specText={line.specText}
                unitFen={line.unitFen}
                quantity={line.quantity}
              >
                {isDead && <View className="muted">已申请过或不可退</View>}
                {quantity > 0 && <Stepper value={quantity} max={line.maxQuantity} onChange={set} />}
              </BoughtLine>
            </View>
          </View>
        );
      })}
    </View>
  );
}
