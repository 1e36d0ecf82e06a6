// The mark of what is chosen. Only the mark: whatever it stands in is what one touches.
import { View } from '@tarojs/components';
import { Icon } from '@/parts/icon';
import './index.scss';

export function Tick({ isOn, isDead = false }: { isOn: boolean; isDead?: boolean }) {
  return (
    <View className={`tick${isOn ? ' tick-on' : ''}${isDead ? ' tick-dead' : ''}`}>
      {isOn && <Icon name="check" size="s" tone="on" bold />}
    </View>
  );
}
