// Counts in few figures.

/** "已售 1.2 万" */
export function soldText(count: number): string {
  if (count <= 0) return '新品上架';
  if (count < 10_000) return `已售 ${count}`;
  return `已售 ${(Math.floor(count / 1000) / 10).toFixed(1)} 万`;
}

/** "99+" */
export function badgeText(count: number): string {
  return count > 99 ? '99+' : String(count);
}
