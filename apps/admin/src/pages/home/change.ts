// Today against yesterday, in words.

export type Change = { text: string; direction: 'up' | 'down' | 'same' };

/** The change in per cent; without a yesterday there is nothing to compare with. */
export function changeText(today: number, yesterday: number): Change {
  if (today === yesterday) return { text: '持平', direction: 'same' };
  if (yesterday === 0) return { text: '新增', direction: 'up' };
  const percent = Math.round((Math.abs(today - yesterday) / yesterday) * 100);
  return today > yesterday ? { text: `↑ ${percent}%`, direction: 'up' } : { text: `↓ ${percent}%`, direction: 'down' };
}
