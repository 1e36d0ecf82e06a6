// What is pasted into the search box.
import { expect, test } from 'vitest';
import { tidied } from './search.ts';

test.each([
  [' 2611 2111 4113\n', '261121114113'],
  ['\u200B13800000001\u00A0', '13800000001'],
  ['+86 138-0000-0001', '13800000001'],
  ['138 0000 0001', '13800000001'],
  ['林小满 \n 先生', '林小满 先生'],
  ['1001-02', '1001-02'],
  ['SF1357 9246', 'SF1357 9246'],
  ['', ''],
])('%j is looked for as %s', (pasted, text) => {
  expect(tidied(pasted)).toBe(text);
});
