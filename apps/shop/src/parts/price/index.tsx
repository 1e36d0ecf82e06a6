// An amount as a shopper reads it: small sign, big yuan, small cents.
import { Text, View } from '@tarojs/components';
import { yuanDigits } from '@jishi/contract';
import './index.scss';

type Props = { fen: number; maxFen?: number; size?: 's' | 'm' | 'l' | 'xl'; tone?: 'brand' | 'ink' };

export function Price({ fen, maxFen, size = 'm', tone = 'brand' }: Props) {
  return (
    <View className={`price price-${size} price-${tone} num`}>
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

function Amount({ fen }: { fen: number }) {
  const [whole, cents] = yuanDigits(fen).split('.');
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
  const digits = yuanDigits(fen);
  return <Text className="price-old num">¥{digits.endsWith('.00') ? digits.slice(0, -3) : digits}</Text>;
}
