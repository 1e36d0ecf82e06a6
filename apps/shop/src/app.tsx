// The shop's root: takes up a web sign-in on its way back, and carries the look of everything.
import { useLaunch } from '@tarojs/taro';
import type { PropsWithChildren } from 'react';
import { note } from '@/bridge/say';
import { resumeLogin } from '@/session/session';
import '@/design/web';
import './app.scss';

export default function App({ children }: PropsWithChildren) {
  useLaunch(() => {
    void resumeLogin(note);
  });
  return children;
}
