// Settings: values that the operator may change. Each module declares its own keys; a change is a new version, never an edit.
import type { changeSetting, In, listSettings, Out, publicConfig, Setting, SETTING_KINDS } from '@jishi/contract';
import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import type { Db, Reader } from '../../platform/db.ts';
import { assert, fail } from '../../platform/fail.ts';
import type { StaffSession } from '../../platform/http.ts';
import type { Log } from '../../platform/log.ts';
import type { Asking, Staff } from '../staff/staff.ts';
import { SHOP_KEYS } from './settings.keys.ts';
import * as store from './settings.store.ts';

export type SettingKind = (typeof SETTING_KINDS)[number];

export type SettingDefinition<T> = {
  /** `<noun>.<name>`, with the unit last: shipping.feeFen. */
  key: string;
  /** The heading it stands under, in Chinese. */
  group: string;
  label: string;
  hint: string;
  kind: SettingKind;
  schema: z.ZodType<T>;
  default: T;
  min?: number;
  max?: number;
};

/** A declared key; it can only be had from `define`, so reading an unknown one does not compile. */
export type SettingKey<T> = SettingDefinition<T>;

export type Settings = {
  /** Declares a key while the house is being built. The returned key is what `read` wants. */
  define<T>(definition: SettingDefinition<T>): SettingKey<T>;
  /** The value that holds now: at most a second old, and at once in the process that changed it. */
  read<T>(reader: Reader, key: SettingKey<T>): Promise<T>;
  list(): Promise<Out<typeof listSettings>>;
  change(who: StaffSession, input: In<typeof changeSetting>, asking?: Asking): Promise<Out<typeof changeSetting>>;
  publicConfig(): Promise<Out<typeof publicConfig>>;
};

export type SettingsDeps = {
  db: Db;
  clock: Clock;
  log: Log;
  staff: Pick<Staff, 'audit'>;
  /** True where money is only pretended; pages say so. */
  isDemo: boolean;
};

/** How long this process may believe what it has read. */
const FRESH_MS = 1000;

type Json = z.input<typeof Setting>['value'];
type Definitions = Map<string, SettingDefinition<unknown>>;
type Known = { rows: Map<string, store.SettingRow>; values: Map<string, unknown>; until: number };

export function createSettings(deps: SettingsDeps): Settings {
  const { db, clock } = deps;
  const definitions: Definitions = new Map();
  const memory = createMemory(deps);
  const read = async <T>(reader: Reader, key: SettingKey<T>): Promise<T> => {
    assert(definitions.has(key.key), `${key.key} is read and was never declared`);
    const { rows, values } = await memory.known(reader);
    if (!values.has(key.key)) values.set(key.key, valueOf(deps.log, key, rows.get(key.key)));
    return values.get(key.key) as T;
  };
  /** A key of a room above, which this floor knows by name only. */
  const number = async (key: string): Promise<number> => {
    const definition = definitions.get(key);
    assert(definition, `${key} is shown to visitors and no room has declared it`);
    return z.number().parse(await read(db, definition));
  };
  const settings: Settings = {
    define: (definition) => {
      declare(definitions, definition);
      return definition;
    },
    read,
    list: async () => {
      const rows = new Map((await store.all(db)).map((row) => [row.key, row]));
      return { items: [...definitions.values()].map((one) => viewOf(deps.log, one, rows.get(one.key))) };
    },
    change: async (who, input, asking) => {
      const definition = definitions.get(input.key) ?? fail('setting.not_found');
      const value = checked(definition, input.value);
      return db.tx(async (tx) => {
        const before = await store.locked(tx, input.key);
        const change = { key: input.key, value, version: input.version, at: clock.now(), by: who.name };
        if (!(await store.write(tx, change))) fail('conflict.retry');
        const about = { subjectKind: 'setting', subjectId: input.key, name: definition.label };
        const subject = { action: 'settings.change', ...about };
        const trail = { ...subject, before: valueOf(deps.log, definition, before), after: value };
        await deps.staff.audit(tx, who, trail, asking);
        tx.afterCommit(memory.forget);
        const row = { key: input.key, value, version: input.version + 1, changed_at: change.at, changed_by: who.name };
        return viewOf(deps.log, definition, row);
      });
    },
    publicConfig: async () => ({
      shopName: await read(db, SHOP_KEYS.shopName),
      servicePhone: await read(db, SHOP_KEYS.servicePhone),
      shippingFeeFen: await number('shipping.feeFen'),
      freeShippingFromFen: await number('shipping.freeFromFen'),
      payWindowMinutes: await number('order.payWindowMinutes'),
      aftersaleDays: await number('order.aftersaleDays'),
      agreement: await read(db, SHOP_KEYS.agreement),
      privacy: await read(db, SHOP_KEYS.privacy),
      isDemo: deps.isDemo,
    }),
  };
  for (const key of Object.values(SHOP_KEYS)) declare(definitions, key as SettingDefinition<unknown>);
  return settings;
}

/** One room declares a key; two would be two truths. */
function declare<T>(definitions: Definitions, definition: SettingDefinition<T>): void {
  assert(!definitions.has(definition.key), `${definition.key} was declared twice`);
  assert(problemOf(definition, definition.default) === null, `${definition.key} has a default that it would refuse`);
  definitions.set(definition.key, definition as SettingDefinition<unknown>);
}

/** All changed settings at once: there are few, and one question a second is nothing. */
function createMemory({ clock }: Pick<SettingsDeps, 'clock'>) {
  let known: Known | undefined;
  let changes = 0;
  return {
    known: async (reader: Reader): Promise<Known> => {
      const now = clock.now().getTime();
      if (known && known.until > now) return known;
      const seen = changes;
      const rows = new Map((await store.all(reader)).map((row) => [row.key, row]));
      const read: Known = { rows, values: new Map(), until: now + FRESH_MS };
      // What was read before a change must not be remembered after it.
      if (seen === changes) known = read;
      return read;
    },
    forget: () => {
      changes += 1;
      known = undefined;
    },
  };
}

function problemOf<T>(definition: SettingDefinition<T>, value: unknown): string | null {
  const parsed = definition.schema.safeParse(value);
  if (!parsed.success) return '格式不正确';
  const { min, max } = definition;
  if (typeof parsed.data !== 'number') return null;
  if (min !== undefined && parsed.data < min) return `不能小于 ${min}`;
  if (max !== undefined && parsed.data > max) return `不能大于 ${max}`;
  return null;
}

function checked(definition: SettingDefinition<unknown>, value: unknown): unknown {
  const problem = problemOf(definition, value);
  if (problem !== null) fail('setting.invalid', { why: problem }, 'value');
  return definition.schema.parse(value);
}

/** A value that a newer release refuses does not hold; the default does, and the log says so. */
function valueOf<T>(log: Log, definition: SettingDefinition<T>, row: store.SettingRow | undefined): T {
  if (row === undefined) return definition.default;
  if (problemOf(definition, row.value) === null) return definition.schema.parse(row.value);
  log.warn(
    { key: definition.key, version: row.version },
    'a stored setting is not allowed any more; its default holds',
  );
  return definition.default;
}

function viewOf(log: Log, definition: SettingDefinition<unknown>, row: store.SettingRow | undefined) {
  const { key, group, label, hint, kind, min = null, max = null } = definition;
  return {
    key,
    group,
    label,
    hint,
    kind,
    min,
    max,
    value: valueOf(log, definition, row) as Json,
    defaultValue: definition.default as Json,
    version: row?.version ?? 0,
    changedAt: row?.changed_at ?? null,
    changedBy: row?.changed_by ?? null,
  };
}
