// What slides up from below: choices and short forms.
import { Popup } from '@nutui/nutui-react-taro';
import { ScrollView, View } from '@tarojs/components';
import type { ReactNode } from 'react';
import { Icon } from '@/parts/icon';
import { Tap } from '@/parts/tap';
import './index.scss';

type Props = {
  open: boolean;
  title?: string;
  children: ReactNode;
  foot?: ReactNode;
  /** When it changes, the body starts at its top again. */
  chapter?: string;
  onClose: () => void;
};

export function Sheet({ open, title, children, foot, chapter, onClose }: Props) {
  return (
    <Popup visible={open} position="bottom" round lockScroll destroyOnClose onClose={onClose}>
      <View className="sheet">
        <View className={`sheet-head${title ? '' : ' sheet-head-bare'}`}>
          {title && <View className="sheet-title">{title}</View>}
          <Tap className="sheet-close" label="关闭" role="button" onTap={onClose}>
            <Icon name="close" size="s" tone="ink-3" bold />
          </Tap>
        </View>
        <ScrollView key={chapter} className="sheet-body" scrollY>
          {children}
        </ScrollView>
        {foot && <View className="sheet-foot">{foot}</View>}
      </View>
    </Popup>
  );
}

type Choice<T extends string> = { value: T; label: string; hint?: string };

/** One of a few words. */
export function ChoiceSheet<T extends string>(props: {
  open: boolean;
  title: string;
  choices: readonly Choice<T>[];
  chosen: T | null;
  onChoose: (value: T) => void;
  onClose: () => void;
}) {
  return (
    <Sheet open={props.open} title={props.title} onClose={props.onClose}>
      {props.choices.map(({ value, label, hint }) => (
        <Tap key={value} className="choice" onTap={() => props.onChoose(value)}>
          <View className="grow">
            <View>{label}</View>
            {hint && <View className="muted">{hint}</View>}
          </View>
          <View className={`tick${props.chosen === value ? ' tick-on' : ''}`}>
            {props.chosen === value && <Icon name="check" size="s" tone="on" bold />}
          </View>
        </Tap>
      ))}
    </Sheet>
  );
}
