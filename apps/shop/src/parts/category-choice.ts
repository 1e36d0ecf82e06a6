// The category that home asks the category tab to open: tabs cannot be given an address with a query.
import { createStore } from '@/session/store';

export const categoryChoice = createStore<string | null>(null);

export function chooseCategory(id: string) {
  categoryChoice.set(id);
}
