// The components of Taro on the web, as plain HTML: Taro's own are custom elements that cost more time than all our pages
// together (docs/decisions/0008).
import {
  createElement,
  forwardRef,
  useEffect,
  useRef,
  type CSSProperties,
  type FocusEvent,
  type FormEvent,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type Ref,
  type UIEvent,
} from 'react';
import './index.scss';

type Told<Detail> = (event: { detail: Detail }) => void;
type Base = {
  id?: string;
  className?: string;
  style?: CSSProperties;
  children?: ReactNode;
  ariaLabel?: string;
  ariaRole?: string;
  ariaHidden?: boolean;
  ariaChecked?: boolean;
  ariaSelected?: boolean;
  ariaExpanded?: boolean;
  ariaDisabled?: boolean;
  ariaLive?: 'off' | 'polite' | 'assertive';
  onClick?: (event: MouseEvent<HTMLElement>) => void;
};

/** What assistive technology hears. Whatever answers to a tap also answers to a keyboard. */
function spoken(props: Base) {
  const isPressed = props.onClick !== undefined && props.ariaRole !== undefined;
  return {
    id: props.id,
    className: props.className,
    style: props.style,
    onClick: props.onClick,
    role: props.ariaRole,
    'aria-label': props.ariaLabel,
    'aria-hidden': props.ariaHidden,
    'aria-checked': props.ariaChecked,
    'aria-selected': props.ariaSelected,
    'aria-expanded': props.ariaExpanded,
    'aria-disabled': props.ariaDisabled,
    'aria-live': props.ariaLive,
    ...(isPressed ? { tabIndex: 0, onKeyDown: pressByKey } : {}),
  };
}

function pressByKey(event: KeyboardEvent<HTMLElement>) {
  if (event.target !== event.currentTarget || (event.key !== 'Enter' && event.key !== ' ')) return;
  event.preventDefault();
  event.currentTarget.click();
}

/** A finger that stays on an element which moves nothing by itself must not move the page below. */
type ViewProps = Base & { catchMove?: boolean };

export const View = forwardRef<HTMLDivElement, ViewProps>((props, ref) =>
  createElement('div', { ref, ...spoken(props), 'data-still': props.catchMove ? '' : undefined }, props.children),
);

export const Text = forwardRef<HTMLSpanElement, Base & { userSelect?: boolean; selectable?: boolean }>((props, ref) => {
  const selectable = props.userSelect ?? props.selectable;
  const className = `${props.className ?? ''}${selectable ? ' text-selectable' : ''}`;
  return createElement('span', { ref, ...spoken({ ...props, className }) }, props.children);
});

type ButtonProps = Base & { disabled?: boolean; openType?: string; formType?: 'submit' | 'reset' };

export const Button = forwardRef<HTMLButtonElement, ButtonProps>((props, ref) =>
  createElement(
    'button',
    { ref, ...spoken({ ...props, ariaRole: undefined }), type: props.formType ?? 'button', disabled: props.disabled },
    props.children,
  ),
);

type ImageProps = Base & {
  src?: string;
  mode?: string;
  lazyLoad?: boolean;
  onLoad?: Told<{ width: number; height: number }>;
  onError?: () => void;
};
const FIT: Record<string, string> = { aspectFill: 'cover', aspectFit: 'contain', widthFix: 'auto' };

export const Image = forwardRef<HTMLImageElement, ImageProps>((props, ref) => {
  const { lazyLoad, mode = 'scaleToFill', ariaLabel, onLoad } = props;
  return createElement('img', {
    ref,
    ...spoken({ ...props, ariaLabel: undefined, ariaRole: undefined }),
    // Before `src`: set afterwards they come too late.
    loading: lazyLoad ? 'lazy' : 'eager',
    decoding: 'async',
    // React 18 knows the attribute only in lower case.
    ...(lazyLoad ? {} : { fetchpriority: 'high' }),
    alt: ariaLabel ?? '',
    className: `image-${FIT[mode] ?? 'fill'} ${props.className ?? ''}`,
    src: props.src,
    onError: props.onError,
    onLoad: ({ currentTarget }: UIEvent<HTMLImageElement>) =>
      onLoad?.({ detail: { width: currentTarget.naturalWidth, height: currentTarget.naturalHeight } }),
  });
});

type TypedProps = Base & {
  value?: string;
  placeholder?: string;
  maxlength?: number;
  disabled?: boolean;
  focus?: boolean;
  name?: string;
  onInput?: Told<{ value: string }>;
  onBlur?: Told<{ value: string }>;
  onFocus?: Told<{ value: string }>;
  onConfirm?: Told<{ value: string }>;
};
type Field = HTMLInputElement | HTMLTextAreaElement;

/** Keeps the field as it is typed in: a value from outside counts when it changes, and when the field is left. */
function useTyped<Kind extends Field>(props: TypedProps) {
  const { value, onInput, onBlur, onFocus } = props;
  const field = useRef<Kind>(null);
  const latest = useRef(value);
  latest.current = value;
  const settle = () => {
    if (field.current && latest.current !== undefined && field.current.value !== latest.current)
      field.current.value = latest.current;
  };
  useEffect(settle, [value]);
  useEffect(() => {
    if (props.focus) field.current?.focus({ preventScroll: true });
  }, [props.focus]);
  const told = (tell?: Told<{ value: string }>) => (event: FormEvent<Field> | FocusEvent<Field>) =>
    tell?.(Object.assign(event, { detail: { value: event.currentTarget.value } }));
  return {
    ref: field,
    ...spoken({ ...props, onClick: props.onClick, ariaLabel: props.ariaLabel ?? props.placeholder }),
    defaultValue: value,
    placeholder: props.placeholder,
    disabled: props.disabled,
    maxLength: props.maxlength === undefined || props.maxlength < 0 ? undefined : props.maxlength,
    name: props.name,
    autoComplete: 'off',
    onInput: told(onInput),
    onFocus: told(onFocus),
    onBlur: (event: FocusEvent<Field>) => {
      told(onBlur)(event);
      // After whoever listens has had a say: a number beyond its limits goes back to what holds.
      setTimeout(settle);
    },
  };
}

type InputProps = TypedProps & { type?: string; password?: boolean; confirmType?: string };
const KEYBOARDS: Record<string, string> = { number: 'numeric', digit: 'decimal', idcard: 'text' };

export function Input(props: InputProps) {
  const { type = 'text', confirmType = 'done', onConfirm } = props;
  return createElement('input', {
    ...useTyped<HTMLInputElement>(props),
    type: props.password ? 'password' : confirmType === 'search' ? 'search' : 'text',
    inputMode: KEYBOARDS[type],
    enterKeyHint: confirmType,
    onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => {
      // Enter that only ends the choice of a Chinese word is no confirmation.
      if (event.key === 'Enter' && !event.nativeEvent.isComposing)
        onConfirm?.({ detail: { value: event.currentTarget.value } });
    },
  });
}

export function Textarea(props: TypedProps) {
  return createElement('textarea', useTyped<HTMLTextAreaElement>(props));
}

type SwitchProps = Base & {
  checked?: boolean;
  color?: string;
  disabled?: boolean;
  onChange?: Told<{ value: boolean }>;
};

export function Switch({ checked = false, color, disabled, onChange, ...rest }: SwitchProps) {
  return createElement('button', {
    ...spoken({ ...rest, ariaRole: 'switch', ariaChecked: checked }),
    type: 'button',
    disabled,
    className: `switch ${checked ? 'switch-on' : ''} ${rest.className ?? ''}`,
    style: checked && color ? { ...rest.style, background: color } : rest.style,
    onClick: () => onChange?.({ detail: { value: !checked } }),
  });
}

type ScrollProps = Base & {
  scrollX?: boolean;
  scrollY?: boolean;
  scrollTop?: number;
  scrollLeft?: number;
  scrollIntoView?: string;
  scrollWithAnimation?: boolean;
  lowerThreshold?: number;
  onScroll?: Told<{ scrollTop: number; scrollLeft: number; scrollHeight: number; scrollWidth: number }>;
  onScrollToLower?: () => void;
};

export const ScrollView = forwardRef<HTMLDivElement, ScrollProps>((props, outer) => {
  const inner = useRef<HTMLDivElement | null>(null);
  const isLow = useRef(false);
  useScrollTo(inner, props);
  const scrolled = () => {
    const box = inner.current;
    if (!box) return;
    const { scrollTop, scrollLeft, scrollHeight, scrollWidth } = box;
    props.onScroll?.({ detail: { scrollTop, scrollLeft, scrollHeight, scrollWidth } });
    const left = props.scrollX
      ? scrollWidth - scrollLeft - box.clientWidth
      : scrollHeight - scrollTop - box.clientHeight;
    const low = left < (props.lowerThreshold ?? 50);
    if (low && !isLow.current) props.onScrollToLower?.();
    isLow.current = low;
  };
  const ways = `${props.scrollX ? ' scroll-x' : ''}${props.scrollY ? ' scroll-y' : ''}`;
  return createElement(
    'div',
    {
      ...spoken({ ...props, className: `taro-scroll${ways} ${props.className ?? ''}` }),
      // What scrolls can be scrolled by keys.
      tabIndex: 0,
      ref(box: HTMLDivElement | null): void {
        inner.current = box;
        give(outer, box);
      },
      onScroll: scrolled,
    },
    props.children,
  );
});

function useScrollTo(box: { current: HTMLDivElement | null }, props: ScrollProps) {
  const { scrollTop, scrollLeft, scrollIntoView, scrollWithAnimation } = props;
  const behavior = scrollWithAnimation ? 'smooth' : 'auto';
  useEffect(() => {
    if (scrollTop !== undefined) box.current?.scrollTo({ top: scrollTop, behavior });
  }, [box, scrollTop, behavior]);
  useEffect(() => {
    if (scrollLeft !== undefined) box.current?.scrollTo({ left: scrollLeft, behavior });
  }, [box, scrollLeft, behavior]);
  useEffect(() => {
    if (!scrollIntoView) return;
    const target = document.getElementById(scrollIntoView);
    target?.scrollIntoView({ behavior, block: 'nearest', inline: 'center' });
  }, [scrollIntoView, behavior]);
}

function give<T>(ref: Ref<T>, value: T | null) {
  if (typeof ref === 'function') ref(value);
  else if (ref) (ref as { current: T | null }).current = value;
}
