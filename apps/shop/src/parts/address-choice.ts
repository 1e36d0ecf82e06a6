// The address picked on the address page for the order being written.
import type { AddressView } from '@jishi/contract';
import { createStore } from '@/session/store';

export const addressChoice = createStore<AddressView | null>(null);
