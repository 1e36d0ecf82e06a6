// In WeChat a sheet needs no focus of its own: there is no keyboard that could wander off.

export function holdFocus(_id: string, _close: () => void): () => void {
  return () => undefined;
}
