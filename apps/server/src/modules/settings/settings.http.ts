// The doors of settings.
import { changeSetting, listSettings, publicConfig } from '@jishi/contract';
import type { Door } from '../../platform/http.ts';
import type { Settings } from './settings.ts';

export function bindSettings(door: Door, settings: Settings): void {
  door.handle(publicConfig, () => settings.publicConfig());
  door.handle(listSettings, () => settings.list());
  door.handle(changeSetting, ({ staff, request }, input) => settings.change(staff, input, request));
}
