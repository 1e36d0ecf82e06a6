// Settings: values that the operator may change. Each module declares its own keys; a change is a new version, never an edit.
import type { changeSetting, In, listSettings, Out, publicConfig, SETTING_KINDS } from '@jishi/contract';
import type { z } from 'zod';
import type { Reader } from '../../platform/db.ts';
import type { StaffSession } from '../../platform/http.ts';
import type { Asking } from '../staff/staff.ts';

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
