// The simulator as a library: start one in-process and drive it by `sim.control`.
export { createSim } from './sim.ts';
export { demoAccounts, simulatorFingerprints } from './demo-keys.ts';
export { SimRefusal } from './world.ts';
export * from './surface.ts';
