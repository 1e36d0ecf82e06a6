// Looking at pictures closely on the web: a dark layer over everything, a row that snaps, and every way out.
import type { LookBridge } from '../types.ts';
import './index.scss';

export const look: LookBridge = (urls, current) => {
  const from = document.activeElement;
  const layer = document.createElement('div');
  layer.className = 'look';
  layer.setAttribute('role', 'dialog');
  layer.setAttribute('aria-modal', 'true');
  layer.setAttribute('aria-label', '查看大图，点按任意处关闭');
  layer.tabIndex = -1;
  const row = document.createElement('div');
  row.className = 'look-row';
  for (const [index, url] of urls.entries()) {
    const slide = document.createElement('div');
    slide.className = 'look-slide';
    const picture = document.createElement('img');
    picture.className = 'look-picture';
    picture.alt = `图 ${index + 1}`;
    picture.src = url;
    slide.append(picture);
    row.append(slide);
  }
  const count = document.createElement('div');
  count.className = 'look-count';
  layer.append(row, count);

  const tell = () => {
    const at = row.clientWidth === 0 ? 0 : Math.round(row.scrollLeft / row.clientWidth);
    count.textContent = urls.length > 1 ? `${at + 1} / ${urls.length}` : '';
  };
  const close = () => {
    layer.remove();
    document.removeEventListener('keydown', press);
    window.removeEventListener('popstate', close);
    if (from instanceof HTMLElement && from.isConnected) from.focus({ preventScroll: true });
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Escape') close();
    if (event.key === 'ArrowRight') row.scrollBy({ left: row.clientWidth });
    if (event.key === 'ArrowLeft') row.scrollBy({ left: -row.clientWidth });
  };
  layer.addEventListener('click', close);
  row.addEventListener('scroll', tell, { passive: true });
  document.addEventListener('keydown', press);
  window.addEventListener('popstate', close);
  document.body.append(layer);
  row.scrollLeft = Math.max(0, urls.indexOf(current)) * row.clientWidth;
  tell();
  layer.focus({ preventScroll: true });
};
