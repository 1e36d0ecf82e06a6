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

class TabBar extends HTMLElement {
  conf!: Settings;
  private shown = -1;
  private readonly items: HTMLAnchorElement[] = [];

  connectedCallback() {
    if (this.items.length > 0) return;
    const bar = document.createElement('nav');
    bar.className = 'weui-tabbar';
    bar.setAttribute('aria-label', '主导航');
    for (const tab of this.conf.list) {
      const item = document.createElement('a');
      item.className = 'weui-tabbar__item';
      item.href = plain(tab.pagePath);
      item.innerHTML =
        '<span class="weui-tabbar__picture"><img class="weui-tabbar__icon" alt="" width="27" height="27"><span class="weui-badge" hidden></span></span><span class="weui-tabbar__label"></span>';
      item.addEventListener('click', (event) => {
        event.preventDefault();
        void Taro.switchTab({ url: plain(tab.pagePath) });
      });
      this.items.push(item);
      bar.append(item);
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
    this.items.forEach((item, index) => {
      const tab = this.conf.list[index]!;
      const isOn = index === shown;
      item.classList.toggle('weui-bar__item_on', isOn);
      if (isOn) item.setAttribute('aria-current', 'page');
      else item.removeAttribute('aria-current');
      const [icon, badge, label] = item.querySelectorAll<HTMLElement>('img, .weui-badge, .weui-tabbar__label');
      const source = isOn ? tab.selectedIconPath : tab.iconPath;
      if (icon!.getAttribute('src') !== source) icon!.setAttribute('src', source);
      badge!.hidden = !tab.badgeText;
      badge!.textContent = tab.badgeText ?? '';
      label!.textContent = tab.text;
    });
  }
}

export function defineCustomElementTaroTabbar() {
  if (!customElements.get('taro-tabbar')) customElements.define('taro-tabbar', TabBar);
}
