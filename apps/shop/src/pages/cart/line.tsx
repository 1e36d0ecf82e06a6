// One line of the cart, alive or dead.
import type { getCart, Got } from '@jishi/contract';
import { View } from '@tarojs/components';
import { go } from '@/bridge/go';
import { Icon } from '@/parts/icon';
import { Picture } from '@/parts/picture';
import { Price } from '@/parts/price';
import { Stepper } from '@/parts/stepper';
import type { CartActs } from './index.tsx';

export type CartLine = Got<typeof getCart>['lines'][number];

export function LiveLine({ line, busy, act }: { line: CartLine; busy: boolean; act: CartActs }) {
  return (
    <View className="cart-line">
      <View
        className="cart-tick"
        ariaRole="checkbox"
        ariaLabel={line.isSelected ? '取消选择' : '选择'}
        onClick={() => void act.change(line.id, { isSelected: !line.isSelected })}
      >
        <View className={`tick${line.isSelected ? ' tick-on' : ''}`}>
          {line.isSelected && <Icon name="check" size="s" colour="#ffffff" bold />}
        </View>
      </View>
      <View onClick={() => go.product(line.productId)}>
        <Picture className="cart-picture" url={line.image?.thumbUrl} label={line.title} />
      </View>
      <View className="grow cart-words">
        <View className="row cart-title-row">
          <View className="grow clamp2 cart-title" onClick={() => go.product(line.productId)}>
            {line.title}
          </View>
          <View className="cart-remove" ariaRole="button" ariaLabel="删除" onClick={() => void act.remove(line)}>
            <Icon name="trash" size="s" colour="#8b8079" />
          </View>
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
  if (line.changedFen < 0) words.push(`比加入时降 ${(-line.changedFen / 100).toFixed(2)} 元`);
  if (line.changedFen > 0) words.push(`比加入时涨 ${(line.changedFen / 100).toFixed(2)} 元`);
  if (line.available <= 10) words.push(`仅剩 ${line.available} 件`);
  if (words.length === 0) return null;
  return <View className={`cart-moved${line.changedFen > 0 ? ' cart-moved-up' : ''}`}>{words.join(' · ')}</View>;
}

export function DeadLine({ line, act }: { line: CartLine; act: CartActs }) {
  return (
    <View className="cart-line cart-dead">
      <View className="cart-tick">
        <View className="tick tick-dead" />
      </View>
      <Picture className="cart-picture" url={line.image?.thumbUrl} label={line.title} />
      <View className="grow cart-words">
        <View className="row cart-title-row">
          <View className="grow clamp2 cart-title">{line.title}</View>
          <View className="cart-remove" ariaRole="button" ariaLabel="删除" onClick={() => void act.remove(line)}>
            <Icon name="trash" size="s" colour="#8b8079" />
          </View>
        </View>
        {line.specText !== '' && <View className="cart-spec clamp1">{line.specText}</View>}
        <View className="cart-why">{line.problemText ?? '暂时不能购买'}</View>
        {line.problem === 'short' && line.available > 0 && (
          <View
            className="cart-fix press"
            onClick={() => void act.change(line.id, { quantity: line.available, isSelected: true })}
          >
            改为 {line.available} 件
          </View>
        )}
        {line.problem === 'gone' && (
          <View className="cart-fix press" onClick={() => go.product(line.productId)}>
            重选规格
          </View>
        )}
      </View>
    </View>
  );
}
