// What the shop has told me; a tap leads to what it is about.
import { listNotices, readAllNotices, readNotice, type Got } from '@jishi/contract';
import { View } from '@tarojs/components';
import { stopPullDownRefresh, usePullDownRefresh, useReachBottom } from '@tarojs/taro';
import { api } from '@/api';
import { now } from '@/bridge/clock';
import { go } from '@/bridge/go';
import { note } from '@/bridge/say';
import type { IconName } from '@/design/icons';
import { RowBones } from '@/parts/bones';
import { Empty, Trouble } from '@/parts/empty';
import { Icon } from '@/parts/icon';
import { LoadMore } from '@/parts/load-more';
import { minuteOf } from '@/parts/moment';
import { Page } from '@/parts/page';
import { Tap } from '@/parts/tap';
import { asProblem, useScroll } from '@/session/ask';
import './index.scss';

type Notice = Got<typeof listNotices>['items'][number];

const ICON_OF: Record<Notice['kind'], IconName> = {
  order: 'box',
  aftersale: 'refund',
  wallet: 'wallet',
  system: 'bell',
};

export default function Notices() {
  const list = useScroll('notices', (cursor) => api(listNotices, { cursor }));
  useReachBottom(() => void list.more());
  usePullDownRefresh(() => void list.reload().finally(stopPullDownRefresh));
  const hasUnread = list.items.some((notice) => notice.readAt === null);
  async function readAll() {
    try {
      await api(readAllNotices, {});
      await list.reload();
    } catch (thrown) {
      note(asProblem(thrown).message);
    }
  }
  function open(notice: Notice) {
    if (notice.readAt === null) {
      const readAt = new Date(now()).toISOString();
      list.change((items) => items.map((one) => (one.id === notice.id ? { ...one, readAt } : one)));
      // Should it fail, it only stays unread.
      void api(readNotice, { noticeId: notice.id }).catch(() => undefined);
    }
    if (notice.withdrawalId !== null) go.withdrawal(notice.withdrawalId);
    else if (notice.aftersaleId !== null) go.aftersale(notice.aftersaleId);
    else if (notice.orderId !== null) go.order(notice.orderId);
  }
  return (
    <Page title="消息">
      <View className="notices-head">
        {hasUnread && (
          <Tap className="notices-all" onTap={() => void readAll()}>
            全部已读
          </Tap>
        )}
      </View>
      {list.isFirst && list.problem !== null && <Trouble problem={list.problem} onRetry={() => void list.reload()} />}
      {list.isFirst && list.problem === null && <RowBones />}
      {!list.isFirst && list.items.length === 0 && (
        <Empty icon="bell" title="还没有消息" hint="订单与售后的进展会在这里告诉你" />
      )}
      {list.items.map((notice) => (
        <Tap key={notice.id} className="card notice" onTap={() => open(notice)}>
          <View className={`notice-mark notice-${notice.kind}`}>
            <Icon name={ICON_OF[notice.kind]} tone="on" />
            {notice.readAt === null && <View className="notice-dot" />}
          </View>
          <View className="grow">
            <View className="heading">{notice.title}</View>
            <View className="notice-body">{notice.body}</View>
            <View className="muted num">{minuteOf(notice.createdAt)}</View>
          </View>
          {(notice.orderId ?? notice.aftersaleId ?? notice.withdrawalId) !== null && (
            <Icon name="right" size="s" tone="ink-4" />
          )}
        </Tap>
      ))}
      <LoadMore list={list} />
    </Page>
  );
}
