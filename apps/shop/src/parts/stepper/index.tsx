// How many: minus, the number itself, plus.
import { Input, View } from '@tarojs/components';
import { Icon } from '@/parts/icon';
import { Tap } from '@/parts/tap';
import './index.scss';

type Props = { value: number; max: number; min?: number; busy?: boolean; onChange: (value: number) => void };

/** The contract allows at most so many of one thing in an order. */
const MOST = 99;

export function Stepper({ value, max, min = 1, busy = false, onChange }: Props) {
  const top = Math.min(max, MOST);
  function set(next: number) {
    if (busy) return;
    const kept = Math.max(min, Math.min(top, next));
    if (kept !== value) onChange(kept);
  }
  return (
    <View className="stepper" onClick={(event) => event.stopPropagation()}>
      <Tap className="stepper-side" label="减少" isOff={value <= min} onTap={() => set(value - 1)}>
        <Icon name="minus" size="s" tone={value <= min ? 'ink-4' : 'ink'} />
      </Tap>
      <Input
        className="stepper-number num"
        type="number"
        value={String(value)}
        maxlength={2}
        ariaLabel="数量"
        onBlur={(event) => set(Number.parseInt(event.detail.value, 10) || min)}
      />
      <Tap className="stepper-side" label="增加" isOff={value >= top} onTap={() => set(value + 1)}>
        <Icon name="plus" size="s" tone={value >= top ? 'ink-4' : 'ink'} />
      </Tap>
    </View>
  );
}
