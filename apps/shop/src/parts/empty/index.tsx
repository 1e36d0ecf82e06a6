// The three ways in which there is nothing to show: nothing there, not signed in, something went wrong.
import type { ApiError } from '@jishi/contract';
import { View } from '@tarojs/components';
import type { ReactNode } from 'react';
import { go } from '@/bridge/go';
import { Button } from '@/parts/button';
import { Icon } from '@/parts/icon';
import type { IconName } from '@/design/icons';
import { askToSignIn } from '@/session/session';
import './index.scss';

type EmptyProps = { icon?: IconName; title: string; hint?: string; children?: ReactNode };

export function Empty({ icon = 'box', title, hint, children }: EmptyProps) {
  return (
    <View className="empty rise-enter" ariaRole="status">
      <View className="empty-plate">
        <Icon name={icon} size="xl" tone="plate" />
      </View>
      <View className="empty-title">{title}</View>
      {hint && <View className="empty-hint">{hint}</View>}
      {children && <View className="empty-do">{children}</View>}
    </View>
  );
}

type TroubleProps = {
  problem: ApiError;
  onRetry: () => void;
  /** Also offers the way home: where a link has led somebody who has no page to go back to. */
  away?: boolean;
};

export function Trouble({ problem, onRetry, away }: TroubleProps) {
  if (problem.code === 'auth.required' || problem.code === 'auth.refresh_invalid') {
    return (
      <Empty icon="user" title="登录后查看" hint="登录后，订单、地址和消息都会同步到这里">
        <Button onTap={() => void askToSignIn().then((isIn) => isIn && onRetry())}>去登录</Button>
        {away && <GoHome />}
      </Empty>
    );
  }
  // An address that names nothing at all is as good as one whose thing is gone.
  if (problem.status === 404 || problem.code === 'request.invalid') {
    return (
      <Empty
        icon="search"
        title={problem.status === 404 ? problem.message : '没有找到你要看的内容'}
        hint="换一个看看吧"
      >
        {away && <GoHome />}
      </Empty>
    );
  }
  const isNetwork = problem.code === 'network';
  return (
    <Empty
      icon={isNetwork ? 'wifi' : 'box'}
      title={isNetwork ? '网络不给力' : problem.message}
      hint={isNetwork ? '连上网络后会自动重新加载' : '稍等片刻再试一次'}
    >
      <Button kind="line" onTap={onRetry}>
        重新加载
      </Button>
      {away && <GoHome />}
    </Empty>
  );
}

function GoHome() {
  return (
    <Button kind="line" onTap={() => go.tab('home')}>
      去逛逛
    </Button>
  );
}
