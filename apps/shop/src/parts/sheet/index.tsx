// What slides up from below: choices and short forms.
import { ScrollView, View } from '@tarojs/components';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Icon } from '@/parts/icon';
import { Tap } from '@/parts/tap';
import { Tick } from '@/parts/tick';
import { holdFocus } from './focus';
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

/** As long as the slide in index.scss. */
const SLIDE_MS = 240;
let opened = 0;

/** True while the sheet is to be seen, which is a little longer than it is open. */
function useSlide(open: boolean) {
  const [isThere, setThere] = useState(open);
  useEffect(() => {
    if (open) {
      setThere(true);
      return undefined;
    }
    const timer = setTimeout(() => setThere(false), SLIDE_MS);
    return () => clearTimeout(timer);
  }, [open]);
  return open || isThere;
}

export function Sheet({ open, title, children, foot, chapter, onClose }: Props) {
  const isThere = useSlide(open);
  const id = useRef('');
  if (id.current === '') id.current = `sheet-${(opened += 1)}`;
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => (open ? holdFocus(id.current, () => close.current()) : undefined), [open]);
  if (!isThere) return null;
  return (
    <View className={`sheet-layer${open ? '' : ' sheet-leaving'}`} catchMove>
      <View className="sheet-scrim" onClick={onClose} />
      <View id={id.current} className="sheet" ariaRole="dialog" ariaLabel={title ?? '选择'}>
        <View className={`sheet-head${title ? '' : ' sheet-head-bare'}`}>
          {title && <View className="sheet-title">{title}</View>}
          <Tap className="sheet-close" label="关闭" onTap={onClose}>
            <Icon name="close" size="s" tone="ink-3" bold />
          </Tap>
        </View>
        <ScrollView key={chapter} className="sheet-body" scrollY>
          {children}
        </ScrollView>
        {foot && <View className="sheet-foot">{foot}</View>}
      </View>
    </View>
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
        <Tap
          key={value}
          className="choice"
          role="radio"
          isOn={props.chosen === value}
          onTap={() => props.onChoose(value)}
        >
          <View className="grow">
            <View>{label}</View>
            {hint && <View className="muted">{hint}</View>}
          </View>
          <Tick isOn={props.chosen === value} />
        </Tap>
      ))}
    </Sheet>
  );
}
