// The worked examples of docs/develop: which lines a page adds to which files, so that they can be followed and checked.
import fs from 'node:fs';
import path from 'node:path';

/**
 * One step of a page. A title in bold names the file; the block below it is the whole file, its last lines, or a diff.
 * @typedef {object} Change
 * @property {string} file seen from the root
 * @property {'new' | 'end' | 'diff'} kind
 * @property {string} text
 */

const TITLE = /^\*\*`([^`]+)`\*\*(.*)$/;
const FENCE = /^```(\w*)$/;

/** @param {string} page Markdown @returns {Change[]} in the order of the page */
export function changesOf(page) {
  /** @type {Change[]} */
  const changes = [];
  const lines = page.split('\n');
  /** @type {{ file: string, words: string } | undefined} */
  let title;
  for (let at = 0; at < lines.length; at++) {
    const named = TITLE.exec(lines[at] ?? '');
    if (named) title = { file: named[1] ?? '', words: named[2] ?? '' };
    const fence = FENCE.exec(lines[at] ?? '');
    if (!fence) continue;
    const end = lines.indexOf('```', at + 1);
    const text = lines.slice(at + 1, end).join('\n');
    if (title) {
      const kind = fence[1] === 'diff' ? 'diff' : /\bnew\b/.test(title.words) ? 'new' : 'end';
      changes.push({ file: title.file, kind, text });
    }
    title = undefined;
    at = end;
  }
  return changes;
}

/** @param {string} source @param {Change} change @returns {string} the file afterwards; throws where the example does not fit */
export function applied(source, change) {
  if (change.kind === 'new') return `${change.text}\n`;
  if (change.kind === 'end') return `${source.trimEnd()}\n\n${change.text}\n`;
  let text = source;
  for (const hunk of change.text.split(/^@@.*\n/m)) {
    const lines = hunk.trimEnd().split('\n');
    const side = (/** @type {string} */ other) =>
      lines.filter((line) => !line.startsWith(other)).map((line) => `${line.slice(1)}\n`);
    const before = side('+').join('');
    const found = text.split(before).length - 1;
    if (found !== 1) throw new Error(`${change.file} holds these lines ${found} times, not once:\n${before}`);
    text = text.replace(before, () => side('-').join(''));
  }
  return text;
}

/**
 * @param {string} root @param {string} page Markdown
 * @returns {Map<string, string>} the files that the page changes, as they are when it has been followed
 */
export function followed(root, page) {
  /** @type {Map<string, string>} */
  const files = new Map();
  for (const change of changesOf(page)) {
    const file = path.join(root, change.file);
    const isThere = fs.existsSync(file);
    if (change.kind === 'new' && isThere) throw new Error(`${change.file} should be new and is there`);
    if (change.kind !== 'new' && !isThere && !files.has(change.file)) throw new Error(`${change.file} is not there`);
    const source = files.get(change.file) ?? (isThere ? fs.readFileSync(file, 'utf8') : '');
    files.set(change.file, applied(source, change));
  }
  return files;
}
