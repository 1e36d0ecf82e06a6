// One line of the cart, alive or dead.
import { yuan } from '@jishi/contract';
import type { getCart, Got } from '@jishi/contract';
import { View } from '@tarojs/components';
import { go } from '@/bridge/go';
import { Icon } from '@/parts/icon';
import { Picture } from '@/parts/picture';
import { Price } from '@/parts/price';
import { Stepper } from '@/parts/stepper';
import { Tap } from '@/parts/tap';
import { Tick } from '@/parts/tick';
import type { CartActs } from './verbs.ts';

export type CartLine = Got<typeof getCart>['lines'][number];

export function LiveLine({ line, busy, act }: { line: CartLine; busy: boolean; act: CartActs }) {
  return (
    <View className="cart-line">
      <Tap
        className="cart-tick"
        role="checkbox"
        label={`选择 ${line.title}`}
        isOn={line.isSelected}
        onTap={() => void act.change(line.id, { isSelected: !line.isSelected })}
      >
        <Tick isOn={line.isSelected} />
      </Tap>
      <Tap role="link" onTap={() => go.product(line.productId)}>
        <Picture className="cart-picture" url={line.image?.thumbUrl} label={line.title} />
      </Tap>
      <View className="grow cart-words">
        <View className="row cart-title-row">
          <Tap className="grow clamp2 cart-title" role="link" onTap={() => go.product(line.productId)}>
            {line.title}
          </Tap>
          <Tap className="cart-remove" role="button" label={`删除 ${line.title}`} onTap={() => void act.remove([line])}>
            <Icon name="trash" size="s" tone="ink-3" />
          </Tap>
        </View>
        {line.specText !== '' && <View className="cart-spec clamp1">{line.specText}</View>}
        <Moved line={line} />
        <View className="row-between cart-foot">
          <Price fen={line.unitFen} />
          <Stepper
            value={line.quantity}
            max={line.available}
            busy={busy}
            onChange={(quantity) => void act.change(line.id, { quantity })}
          />
        </View>
      </View>
    </View>
  );
}

/** How the price or the stock has changed since. */
function Moved({ line }: { line: CartLine }) {
  const words: string[] = [];
  if (line.changedFen < 0) words.push(`比加入时降 ${yuan(-line.changedFen)}`);
  if (line.changedFen > 0) words.push(`比加入时涨 ${yuan(line.changedFen)}`);
  if (line.available <= 10) words.push(`仅剩 ${line.available} 件`);
  if (words.length === 0) return null;
  return <View className={`cart-moved${line.changedFen > 0 ? ' cart-moved-up' : ''}`}>{words.join(' · ')}</View>;
}

export function DeadLine({ line, act }: { line: CartLine; act: CartActs }) {
  return (
    <View className="cart-line cart-dead">
      <View className="cart-tick">
        <Tick isOn={false} isDead />
      </View>
      <Picture className="cart-picture" url={line.image?.thumbUrl} label={line.title} />
      <View className="grow cart-words">
        <View className="row cart-title-row">
          <View className="grow clamp2 cart-title">{line.title}</View>
          <Tap className="cart-remove" role="button" label={`删除 ${line.title}`} onTap={() => void act.remove([line])}>
            <Icon name="trash" size="s" tone="ink-3" />
          </Tap>
        </View>
        {line.specText !== '' && <View className="cart-spec clamp1">{line.specText}</View>}
        <View className="cart-why">{line.problemText ?? '暂时不能购买'}</View>
        {line.problem === 'short' && line.available > 0 && (
          <Tap
            className="cart-fix"
            onTap={() => void act.change(line.id, { quantity: line.available, isSelected: true })}
          >
            改为 {line.available} 件
          </Tap>
        )}
        {line.problem === 'gone' && (
          <Tap className="cart-fix" role="link" onTap={() => go.product(line.productId)}>
            重选规格
          </Tap>
        )}
      </View>
    </View>
  );
}
