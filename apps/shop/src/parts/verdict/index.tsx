// What came of a payment, in one mark and two sentences.
import { View } from '@tarojs/components';
import { Icon } from '@/parts/icon';
import type { IconName } from '@/design/icons';
import './index.scss';

type VerdictProps = { tone: 'good' | 'wait' | 'bad'; icon: IconName; title: string; hint: string };

export function Verdict({ tone, icon, title, hint }: VerdictProps) {
  return (
    <View className="verdict rise-enter">
      <View className={`verdict-mark verdict-${tone}`}>
        <Icon name={icon} size="l" tone="on" bold />
      </View>
      <View className="verdict-title">{title}</View>
      <View className="verdict-hint">{hint}</View>
    </View>
  );
}
