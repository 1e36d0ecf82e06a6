// Says that the server cannot be reached. What is on the screen stays there, and is asked anew by itself.
import { View } from '@tarojs/components';
import { Icon } from '@/parts/icon';
import { line } from '@/session/network';
import { useStore } from '@/session/store';
import './index.scss';

export function LineBar() {
  const state = useStore(line);
  if (state === 'good') return null;
  return (
    <View className="line-bar" ariaRole="status">
      <Icon name="wifi" size="s" tone="on" bold />
      <View className="line-bar-word">
        {state === 'cut' ? '网络已断开，恢复后自动刷新' : '暂时连不上商城，正在重试'}
      </View>
    </View>
  );
}
