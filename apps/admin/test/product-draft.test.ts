// The product form knows every field that the contract takes: what is typed is sent, what is there is shown.
import { adminCreateProduct } from '@jishi/contract';
import { expect, test } from 'vitest';
import { fieldName } from '../src/pages/audit/operation/fields.ts';
import { emptyDraft, sentOf } from '../src/pages/catalog/product/draft.ts';

test('a product is sent with every field, also with those that the contract would fill in', () => {
  const sent = sentOf(emptyDraft());
  expect(Object.keys(sent).toSorted()).toEqual(Object.keys(adminCreateProduct.input.shape).toSorted());
  const { id: _, ...fields } = adminCreateProduct.input.shape.skus.element.shape;
  expect(Object.keys(sent.skus[0] ?? {}).toSorted()).toEqual(Object.keys(fields).toSorted());
});

test('the trail has a Chinese name for every field of a product', () => {
  const { shape } = adminCreateProduct.input;
  const fields = [...Object.keys(shape), ...Object.keys(shape.skus.element.shape)];
  expect(fields.filter((field) => fieldName(field) === field && field !== 'id')).toEqual([]);
});
