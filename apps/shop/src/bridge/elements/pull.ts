// Pull to refresh on the web, in the place of Taro's own: the React plugin wraps every page that asks for it into this
// element, and the page is told through the handle that Taro's router hangs on its frame.
import Taro from '@tarojs/taro';

type Frame = HTMLElement & { __page?: { onPullDownRefresh?: () => void } };

const FAR_ENOUGH = 56;
const FARTHEST = 110;
/** Nothing may turn for ever: a page that forgets to say it is done gets its place back. */
const PATIENCE_MS = 10_000;
const LOOK = `
:host { display: block; }
.spin { position: absolute; top: 14px; left: 50%; width: 22px; height: 22px; margin-left: -11px; border: 2.5px solid var(--brand);
  border-top-color: transparent; border-radius: 50%; opacity: 0; }
.spin.on { opacity: 1; animation: turn 0.8s linear infinite; }
.body.settling { transition: transform 0.25s ease-out; }
@keyframes turn { to { transform: rotate(360deg); } }`;

class Pull extends HTMLElement {
  private readonly spin = document.createElement('div');
  private readonly body = document.createElement('div');
  private start: { x: number; y: number } | null = null;
  private way = 0;
  private isBusy = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private frame: Frame | null = null;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    const style = document.createElement('style');
    style.textContent = LOOK;
    this.spin.className = 'spin';
    this.body.className = 'body';
    this.body.append(document.createElement('slot'));
    root.append(style, this.spin, this.body);
  }

  connectedCallback() {
    this.frame = this.parentElement;
    this.frame?.addEventListener('touchstart', this.began, { passive: true });
    this.frame?.addEventListener('touchmove', this.moved, { passive: false });
    this.frame?.addEventListener('touchend', this.ended);
    this.frame?.addEventListener('touchcancel', this.ended);
    Taro.eventCenter.on('__taroStopPullDownRefresh', this.stop);
  }

  disconnectedCallback() {
    this.frame?.removeEventListener('touchstart', this.began);
    this.frame?.removeEventListener('touchmove', this.moved);
    this.frame?.removeEventListener('touchend', this.ended);
    this.frame?.removeEventListener('touchcancel', this.ended);
    Taro.eventCenter.off('__taroStopPullDownRefresh', this.stop);
    clearTimeout(this.timer);
  }

  private readonly began = (event: TouchEvent) => {
    const [finger] = event.touches;
    this.start = finger && !this.isBusy ? { x: finger.clientX, y: finger.clientY } : null;
    this.way = 0;
  };

  private readonly moved = (event: TouchEvent) => {
    const [finger] = event.touches;
    if (!this.start || !finger || !this.frame) return;
    const down = finger.clientY - this.start.y;
    const aside = Math.abs(finger.clientX - this.start.x);
    // Sideways, upwards, further down in the page or inside something that scrolls by itself: not ours.
    if (this.way === 0 && (aside > Math.abs(down) || down <= 0 || scrolledAbove(event.target, this.frame))) {
      this.start = null;
      return;
    }
    if (event.cancelable) event.preventDefault();
    this.way = Math.max(1, Math.min(FARTHEST, down * 0.5));
    this.draw(this.way, false);
    this.spin.classList.toggle('on', this.way >= FAR_ENOUGH);
  };

  private readonly ended = () => {
    if (!this.start) return;
    this.start = null;
    if (this.way < FAR_ENOUGH) {
      this.draw(0, true);
      return;
    }
    this.isBusy = true;
    this.draw(FAR_ENOUGH - 6, true);
    this.timer = setTimeout(this.settle, PATIENCE_MS);
    this.frame?.__page?.onPullDownRefresh?.();
  };

  private readonly stop = (asked?: { successHandler?: (result: { errMsg: string }) => void }) => {
    this.settle();
    asked?.successHandler?.({ errMsg: 'stopPullDownRefresh:ok' });
  };

  private readonly settle = () => {
    clearTimeout(this.timer);
    this.isBusy = false;
    this.spin.classList.remove('on');
    this.draw(0, true);
  };

  private draw(way: number, settling: boolean) {
    this.body.classList.toggle('settling', settling);
    // No transform at rest: it would become the frame of everything fixed inside.
    this.body.style.transform = way > 0 ? `translateY(${way}px)` : '';
  }
}

/** Whether anything from the finger up to the frame of the page has been scrolled away from its top. */
function scrolledAbove(target: EventTarget | null, frame: HTMLElement): boolean {
  for (let one = target instanceof Element ? target : null; one; one = one.parentElement) {
    if (one.scrollTop > 0) return true;
    if (one === frame) return window.scrollY > 0;
  }
  return false;
}

export function defineCustomElementTaroPullToRefreshCore() {
  if (!customElements.get('taro-pull-to-refresh-core')) customElements.define('taro-pull-to-refresh-core', Pull);
}
