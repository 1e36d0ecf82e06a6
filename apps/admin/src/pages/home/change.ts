// Today against yesterday, in words.

export type Change = { text: string; direction: 'up' | 'down' | 'same' };

/** The change in words; without a yesterday there is nothing to compare with. */
export function changeText(today: number, yesterday: number): Change {
  if (today === yesterday) return { text: '与昨日持平', direction: 'same' };
  if (yesterday === 0) return { text: '昨日为 0', direction: 'same' };
  const percent = Math.round((Math.abs(today - yesterday) / yesterday) * 100);
  return today > yesterday
    ? { text: `较昨日 ↑ ${percent}%`, direction: 'up' }
    : { text: `较昨日 ↓ ${percent}%`, direction: 'down' };
}
