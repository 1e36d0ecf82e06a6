// The shop's button: one look, a busy state, and a finger-sized target.
import { Button as Native, View, type ButtonProps } from '@tarojs/components';
import type { ReactNode } from 'react';
import './index.scss';

type Props = {
  children: ReactNode;
  kind?: 'main' | 'second' | 'line' | 'quiet';
  size?: 'm' | 's';
  block?: boolean;
  busy?: boolean;
  disabled?: boolean;
  onTap?: () => void;
  /** WeChat's own powers: sharing, the phone number. */
  open?: Pick<ButtonProps, 'openType' | 'onGetPhoneNumber'>;
};

export function Button({ children, kind = 'main', size = 'm', block, busy, disabled, onTap, open }: Props) {
  const off = disabled || busy;
  const look = `button button-${kind} button-${size}${block ? ' button-block' : ''}${off ? ' button-off' : ''}`;
  return (
    <Native className={look} hoverClass={off ? 'none' : 'button-pressed'} disabled={off} onClick={onTap} {...open}>
      {busy && <View className="button-spinner" />}
      {children}
    </Native>
  );
}
