// The searches of this device, newest first, each once.
const WORDS_MAX = 12;

export function rememberWord(words: readonly string[], word: string): string[] {
  return [word, ...words.filter((past) => past !== word)].slice(0, WORDS_MAX);
}
