// An amount as a shopper reads it: small sign, big yuan, small cents.
import { yuan, yuanGrouped } from '@jishi/contract';
import { Text, View } from '@tarojs/components';
import './index.scss';

type Props = { fen: number; maxFen?: number; size?: 's' | 'm' | 'l' | 'xl'; tone?: 'brand' | 'ink' };

export function Price({ fen, maxFen, size = 'm', tone = 'brand' }: Props) {
  return (
    <View className={`price price-${size} price-${tone}${isLong(fen, maxFen) ? ' price-long' : ''} num`}>
      <Amount fen={fen} />
      {maxFen !== undefined && maxFen > fen && (
        <>
          <Text className="price-dash">-</Text>
          <Amount fen={maxFen} />
        </>
      )}
    </View>
  );
}

/** A price of seven figures, or a wide range, is set a step smaller: it must stay in one line on the smallest phone. */
function isLong(fen: number, maxFen: number | undefined) {
  return yuanGrouped(fen).length + (maxFen !== undefined && maxFen > fen ? yuanGrouped(maxFen).length : 0) > 12;
}

function Amount({ fen }: { fen: number }) {
  const [whole, cents] = yuanGrouped(fen).split('.');
  return (
    <>
      <Text className="price-sign">{fen < 0 ? '-¥' : '¥'}</Text>
      <Text className="price-whole">{whole}</Text>
      {cents !== '00' && <Text className="price-cents">.{cents}</Text>}
    </>
  );
}

/** What it once cost, crossed out; nothing when it was not more. */
export function OldPrice({ fen, now }: { fen: number | null; now: number }) {
  if (fen === null || fen <= now) return null;
  return <Text className="price-old num">{yuan(fen).replace(/\.00$/, '')}</Text>;
}
