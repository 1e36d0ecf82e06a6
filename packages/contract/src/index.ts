// The contract: everything the server, the back office, the shop and the tests agree on.
export * from './client.ts';
export * from './endpoint.ts';
export * from './errors.ts';
export * from './ids.ts';
export * from './money.ts';
export * from './permissions.ts';
