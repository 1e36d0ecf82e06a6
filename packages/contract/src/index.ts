// The contract: everything the server, the back office, the shop and the tests agree on.
import * as aftersale from './aftersale.ts';
import * as analytics from './analytics.ts';
import * as cart from './cart.ts';
import * as catalog from './catalog.ts';
import * as earning from './earning.ts';
import type { Endpoint } from './endpoint.ts';
import * as files from './files.ts';
import * as fulfilment from './fulfilment.ts';
import * as identity from './identity.ts';
import * as inventory from './inventory.ts';
import * as ledger from './ledger.ts';
import * as messaging from './messaging.ts';
import * as ordering from './ordering.ts';
import * as payment from './payment.ts';
import * as points from './points.ts';
import * as pricing from './pricing.ts';
import * as recharge from './recharge.ts';
import * as reconcile from './reconcile.ts';
import * as services from './services.ts';
import * as settings from './settings.ts';
import * as shipping from './shipping.ts';
import * as spending from './spending.ts';
import * as staff from './staff.ts';
import * as system from './system.ts';
import * as wallet from './wallet.ts';

export * from './aftersale.ts';
export * from './analytics.ts';
export * from './cart.ts';
export * from './catalog.ts';
export * from './client.ts';
export * from './earning.ts';
export * from './endpoint.ts';
export * from './errors.ts';
export * from './export.ts';
export * from './fields.ts';
export * from './files.ts';
export * from './fulfilment.ts';
export * from './identity.ts';
export * from './ids.ts';
export * from './inventory.ts';
export * from './ledger.ts';
export * from './messaging.ts';
export * from './money.ts';
export * from './ordering.ts';
export * from './payment.ts';
export * from './permissions.ts';
export * from './points.ts';
export * from './pricing.ts';
export * from './recharge.ts';
export * from './reconcile.ts';
export * from './services.ts';
export * from './settings.ts';
export * from './shipping.ts';
export * from './spending.ts';
export * from './staff.ts';
export * from './system.ts';
export * from './wallet.ts';

const rooms = [
  identity,
  messaging,
  staff,
  services,
  settings,
  files,
  catalog,
  inventory,
  ledger,
  pricing,
  cart,
  ordering,
  payment,
  points,
  earning,
  spending,
  recharge,
  wallet,
  fulfilment,
  shipping,
  aftersale,
  reconcile,
  analytics,
  system,
];

function isEndpoint(value: unknown): value is Endpoint {
  return typeof value === 'object' && value !== null && 'audience' in value && 'path' in value;
}

/** Every endpoint there is, for the document, the doors and the tests that must visit each of them. */
export const endpoints: readonly Endpoint[] = rooms.flatMap((room) => Object.values(room).filter(isEndpoint));
