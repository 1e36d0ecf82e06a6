// What people paste into a search box: numbers copied from chats and parcels come with spaces, line breaks and invisible marks.

/** One line, without what cannot be seen; the spaces inside a number vanish, a phone number also loses +86 and dashes. */
export function tidied(text: string): string {
  const line = text
    .replaceAll(/[\u200B-\u200F\u2060\uFEFF]/g, '')
    .replaceAll(/[\s\u00A0\u3000]+/g, ' ')
    .trim();
  if (/^[\d ]+$/.test(line)) return line.replaceAll(' ', '');
  const phone = line.replace(/^\+?86/, '').replaceAll(/[ -]/g, '');
  return /^1\d{10}$/.test(phone) ? phone : line;
}
