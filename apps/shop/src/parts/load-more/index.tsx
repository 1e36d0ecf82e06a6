// The end of a list: going on, come to an end, or stuck.
import { View } from '@tarojs/components';
import { Tap } from '@/parts/tap';
import type { Scrolled } from '@/session/ask';
import './index.scss';

export function LoadMore<T>({ list, end = '到底啦，没有更多了' }: { list: Scrolled<T>; end?: string }) {
  if (list.isFirst || (list.items.length === 0 && !list.problem)) return null;
  if (list.problem) {
    return (
      <Tap className="load-more" onTap={() => void list.more()}>
        {list.problem.message}，点此重试
      </Tap>
    );
  }
  if (list.isLoading || list.hasMore) {
    return (
      <View className="load-more" ariaRole="status">
        {list.isLoading && <View className="load-spinner" />}
        {list.isLoading ? '正在加载' : '上滑加载更多'}
      </View>
    );
  }
  return (
    <View className="load-more load-end">
      <View className="load-rule" />
      {end}
      <View className="load-rule" />
    </View>
  );
}
