// The tab bar of the web shop, in the place of Taro's own: the router makes an element of this name and talks to it by
// Taro's events. The class names are Taro's, since its router and our styles look for them.
import Taro from '@tarojs/taro';

type Tab = {
  pagePath: string;
  text: string;
  iconPath: string;
  selectedIconPath: string;
  badgeText?: string | null;
};
/** Its colours are for WeChat; here they come from our own style, light or dark. */
type Settings = { list: Tab[]; homePage: string };
type Asked = {
  index: number;
  text?: string;
  successHandler: (result: { errMsg: string }) => void;
  errorHandler: (result: { errMsg: string }) => void;
};

const plain = (path: string) => `/${path.split('?')[0]}`.replace(/^\/+/, '/');

type Item = { link: HTMLAnchorElement; icon: HTMLImageElement; badge: HTMLElement; label: HTMLElement };

/** The elements of one tab, not yet filled. */
function makeItem(path: string): Item {
  const made = <K extends keyof HTMLElementTagNameMap>(tag: K, className: string) => {
    const one = document.createElement(tag);
    one.className = className;
    return one;
  };
  const link = made('a', 'weui-tabbar__item');
  link.href = plain(path);
  const icon = made('img', 'weui-tabbar__icon');
  icon.alt = '';
  icon.width = 27;
  icon.height = 27;
  const badge = made('span', 'weui-badge');
  const label = made('span', 'weui-tabbar__label');
  const picture = made('span', 'weui-tabbar__picture');
  picture.append(icon, badge);
  link.append(picture, label);
  return { link, icon, badge, label };
}

class TabBar extends HTMLElement {
  conf!: Settings;
  private shown = -1;
  private readonly items: Item[] = [];

  connectedCallback() {
    if (this.items.length > 0) return;
    const bar = document.createElement('nav');
    bar.className = 'weui-tabbar';
    bar.setAttribute('aria-label', '主导航');
    for (const tab of this.conf.list) {
      const item = makeItem(tab.pagePath);
      item.link.addEventListener('click', (event) => {
        event.preventDefault();
        void Taro.switchTab({ url: plain(tab.pagePath) });
      });
      this.items.push(item);
      bar.append(item.link);
    }
    this.append(bar);
    this.listen();
    this.arrive(window.location.pathname);
  }

  private listen() {
    Taro.eventCenter.on('__taroRouterChange', ({ toLocation }: { toLocation?: { path?: string } } = {}) =>
      this.arrive(toLocation?.path ?? window.location.pathname),
    );
    const badge = (asked: Asked, text: string | null) => {
      const tab = this.conf.list[asked.index];
      if (!tab) return asked.errorHandler({ errMsg: 'tabbar item not found' });
      tab.badgeText = text;
      this.draw(this.shown);
      return asked.successHandler({ errMsg: 'ok' });
    };
    Taro.eventCenter.on('__taroSetTabBarBadge', (asked: Asked) => badge(asked, asked.text ?? null));
    Taro.eventCenter.on('__taroRemoveTabBarBadge', (asked: Asked) => badge(asked, null));
  }

  private indexOf(path: string): number {
    const asked = plain(path) === '/' ? plain(this.conf.homePage) : plain(path);
    return this.conf.list.findIndex((tab) => plain(tab.pagePath) === asked);
  }

  private arrive(path: string) {
    this.draw(this.indexOf(path));
  }

  private draw(shown: number) {
    this.shown = shown;
    this.className = `taro-tabbar__tabbar taro-tabbar__tabbar-bottom${shown < 0 ? ' taro-tabbar__tabbar-hide' : ''}`;
    for (const [index, tab] of this.conf.list.entries()) {
      const item = this.items[index];
      if (!item) continue;
      const isOn = index === shown;
      item.link.classList.toggle('weui-bar__item_on', isOn);
      if (isOn) item.link.setAttribute('aria-current', 'page');
      else item.link.removeAttribute('aria-current');
      const source = isOn ? tab.selectedIconPath : tab.iconPath;
      if (item.icon.getAttribute('src') !== source) item.icon.src = source;
      item.badge.hidden = !tab.badgeText;
      item.badge.textContent = tab.badgeText ?? '';
      item.label.textContent = tab.text;
    }
  }
}

export function defineCustomElementTaroTabbar() {
  if (!customElements.get('taro-tabbar')) customElements.define('taro-tabbar', TabBar);
}
