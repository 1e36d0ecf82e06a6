// The simulator as a library: start one in-process and drive it by `sim.control`.
export { createSim } from './sim.ts';
export * from './demo-keys.ts';
export { SimRefusal } from './world.ts';
export * from './surface.ts';
