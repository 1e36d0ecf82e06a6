// Cases in which nothing more will happen: told in quieter colours.
import { OPEN_AFTERSALE_STATES, type AftersaleState } from '@jishi/contract';

const OPEN = new Set<AftersaleState>(OPEN_AFTERSALE_STATES);

export const isOver = (state: AftersaleState) => !OPEN.has(state);
