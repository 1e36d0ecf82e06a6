// Starts a simulator: wires its parts by hand and listens.
import type { Sim, SimOptions } from './surface.ts';

/** Starts a pretend WeChat on its own port. Several may run side by side; each has its own world. */
export async function createSim(_options: SimOptions = {}): Promise<Sim> {
  throw new Error('The simulator is being built; its types are final.');
}
