// How points are earned here: only what really brings some.
import { listEarnWays, type Got } from '@jishi/contract';
import { View } from '@tarojs/components';
import { api } from '@/api';
import { useAsk } from '@/session/ask';

type Way = Got<typeof listEarnWays>['items'][number];

function bringsText({ unit, value }: Way): string {
  if (unit === 'per_yuan') return `每元 ${value} 积分`;
  return unit === 'percent' ? `充值的 ${value}%` : `+${value}`;
}

export function EarnWays() {
  const asked = useAsk('earn-ways', () => api(listEarnWays, {}), { keep: true });
  const items = asked.value?.items ?? [];
  if (items.length === 0) return null;
  return (
    <View className="card">
      <View className="heading">怎样获得积分</View>
      {items.map((way) => (
        <View key={way.code} className="row-between way-row">
          <View className="grow">
            <View>{way.name}</View>
            <View className="muted">{way.hint}</View>
          </View>
          <View className="num way-brings">{bringsText(way)}</View>
        </View>
      ))}
    </View>
  );
}
