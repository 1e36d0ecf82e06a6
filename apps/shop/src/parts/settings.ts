// What the shopkeeper tells everybody: name, fees, terms. Asked once and kept while the shop runs.
import { publicConfig, type Got } from '@jishi/contract';
import { api } from '@/api';

export type ShopSettings = Got<typeof publicConfig>;

let asked: Promise<ShopSettings> | null = null;

export function shopSettings(): Promise<ShopSettings> {
  asked ??= api(publicConfig, {}).catch((problem: unknown) => {
    asked = null;
    throw problem;
  });
  return asked;
}
