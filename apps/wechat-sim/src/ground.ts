// What every part of the simulator stands on: the world, the clock, the merchant's registration, the platform's keys.
import type { Chance } from './chance.ts';
import type { SimClock } from './clock.ts';
import type { Ledger } from './ledger.ts';
import type { Notices } from './notices.ts';
import type { People } from './people.ts';
import type { Platform } from './platform.ts';
import type { Pushes } from './pushes.ts';
import type { MerchantSetup } from './surface.ts';
import type { World } from './world.ts';

export type Ground = {
  world: World;
  clock: SimClock;
  chance: Chance;
  merchant: MerchantSetup;
  platform: Platform;
  ledger: Ledger;
  people: People;
  notices: Notices;
  pushes: Pushes;
  /** Bill files that may be fetched for five minutes. Not kept over a restart: one applies again. */
  bills: Map<string, { text: string; isGzip: boolean; until: number }>;
  /** Says that the world changed and should be kept. */
  touch(): void;
  /** Where browsers find us; known once we listen. */
  publicUrl(): string;
};

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);

export function isLoopbackName(hostname: string): boolean {
  return loopbackNames.has(hostname) || hostname.endsWith('.localhost') || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** The hostname of a web address, or nothing when it is none. */
export function hostOf(address: string): string | null {
  const url = URL.parse(address);
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') ? url.hostname : null;
}

/** Whether the merchant has registered this address's domain for H5 pay and web login. */
export function isRegisteredDomain(merchant: MerchantSetup, address: string): boolean {
  const host = hostOf(address);
  if (host === null) return false;
  return isLoopbackName(host) || merchant.domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
}
