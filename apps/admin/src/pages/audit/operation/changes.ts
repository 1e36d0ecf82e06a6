// What an audit entry says has changed, field by field, in words.
import { fieldName, valueText } from './fields.ts';

export type Change = { field: string; name: string; before: string; after: string };

function fieldsOf(value: unknown): Record<string, unknown> {
  if (value === null || value === undefined) return {};
  return typeof value === 'object' && !Array.isArray(value) ? { ...value } : { 值: value };
}

/** Lists of pieces: only what is new or gone is worth reading. */
function differing(before: unknown, after: unknown): [unknown, unknown] {
  if (!Array.isArray(before) || !Array.isArray(after)) return [before, after];
  const without = (list: unknown[], other: unknown[]) => {
    const known = new Set(other.map((one) => JSON.stringify(one)));
    return list.filter((one) => !known.has(JSON.stringify(one)));
  };
  const [gone, fresh] = [without(before, after), without(after, before)];
  // The same pieces in another order: then the order is the change.
  return gone.length + fresh.length === 0 ? [before, after] : [gone, fresh];
}

/** Only the fields that differ; all of them when something was created or removed. */
export function changesBetween(before: unknown, after: unknown, subjectKind = ''): Change[] {
  const old = fieldsOf(before);
  const next = fieldsOf(after);
  return [...new Set([...Object.keys(old), ...Object.keys(next)])]
    .filter((field) => JSON.stringify(old[field]) !== JSON.stringify(next[field]))
    .map((field) => {
      const [was, is] = differing(old[field], next[field]);
      return {
        field,
        name: fieldName(field),
        before: valueText(field, was, subjectKind),
        after: valueText(field, is, subjectKind),
      };
    });
}
