import { Tap } from '@/parts/tap';
// The end of a list: going on, come to an end, or stuck.
import { View } from '@tarojs/components';
import type { Scrolled } from '@/session/ask';
import './index.scss';

export function LoadMore<T>({ list, end = '没有更多了' }: { list: Scrolled<T>; end?: string }) {
  if (list.isFirst || (list.items.length === 0 && !list.problem)) return null;
  if (list.problem) {
    return (
      <Tap className="load-more" onTap={() => void list.more()}>
        {list.problem.message}，点此重试
      </Tap>
    );
  }
  if (list.isLoading) return <View className="load-more">正在加载…</View>;
  return <View className="load-more">{list.hasMore ? '上滑加载更多' : end}</View>;
}
