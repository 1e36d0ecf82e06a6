// What happened, newest first.
import { View } from '@tarojs/components';
import { minuteOf } from '@/parts/moment';
import './index.scss';

type Entry = { at: string; title: string; detail: string };

export function Timeline({ entries }: { entries: readonly Entry[] }) {
  const newest = [...entries].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  return (
    <View className="timeline">
      {newest.map((entry, index) => (
        <View key={`${entry.at}${entry.title}`} className={`moment${index === 0 ? ' moment-now' : ''}`}>
          <View className="moment-dot" />
          <View className="moment-title">{entry.title}</View>
          {entry.detail !== '' && <View className="moment-detail">{entry.detail}</View>}
          <View className="muted num">{minuteOf(entry.at)}</View>
        </View>
      ))}
    </View>
  );
}
