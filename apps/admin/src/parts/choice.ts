// What a person chose for a table, remembered in this browser: page size and hidden columns.

const slot = (table: string, what: string) => `jishi.admin.${table}.${what}`;

/** A remembered choice, or the fallback when there is none or the browser keeps nothing. */
export function loadChoice<T>(table: string, what: string, fallback: T): T {
  try {
    const kept = localStorage.getItem(slot(table, what));
    return kept === null ? fallback : (JSON.parse(kept) as T);
  } catch {
    return fallback;
  }
}

export function saveChoice(table: string, what: string, value: unknown): void {
  try {
    localStorage.setItem(slot(table, what), JSON.stringify(value));
  } catch {
    // A browser that keeps nothing still shows the table.
  }
}
