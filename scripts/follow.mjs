// Follows a page of docs/develop to the letter: `node scripts/follow.mjs docs/develop/endpoint.md`. For trying it on a branch.
import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from './ensure.mjs';
import { followed } from './examples.mjs';

const pages = process.argv.slice(2);
if (pages.length === 0) {
  process.stderr.write('用法：node scripts/follow.mjs docs/develop/<页面>.md\n');
  process.exit(1);
}
for (const page of pages) {
  for (const [file, text] of followed(ROOT, fs.readFileSync(path.resolve(page), 'utf8'))) {
    fs.mkdirSync(path.dirname(path.join(ROOT, file)), { recursive: true });
    fs.writeFileSync(path.join(ROOT, file), text);
    process.stdout.write(`${file}\n`);
  }
}
