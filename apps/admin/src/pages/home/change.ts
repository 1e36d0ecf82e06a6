// One span against another, in words.

export type Change = { text: string; direction: 'up' | 'down' | 'same' };

/** The change in words; without a figure before there is nothing to compare with. */
export function changeText(now: number | null, before: number | null, than: string): Change | null {
  if (now === null || before === null) return null;
  if (now === before) return { text: `与${than}持平`, direction: 'same' };
  if (before === 0) return { text: `${than}为 0`, direction: 'same' };
  const percent = Math.round((Math.abs(now - before) / before) * 100);
  const sign = now > before ? '↑' : '↓';
  return { text: `较${than} ${sign} ${percent > 999 ? '999+' : percent}%`, direction: now > before ? 'up' : 'down' };
}

/** Rates differ by points, not by percent of percent. */
export function pointsText(now: number | null, before: number | null, than: string): Change | null {
  if (now === null || before === null) return null;
  const points = Math.abs(now - before) / 100;
  if (points < 0.05) return { text: `与${than}持平`, direction: 'same' };
  const sign = now > before ? '↑' : '↓';
  return { text: `较${than} ${sign} ${points.toFixed(1)} 个点`, direction: now > before ? 'up' : 'down' };
}
