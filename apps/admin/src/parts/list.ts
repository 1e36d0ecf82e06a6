// A list with filters and pages: state in the URL where the page owns it, so that links, reload and Back all work.
import { ApiError } from '@jishi/contract';
import { onActivated, reactive, ref, shallowRef, watch, type UnwrapNestedRefs } from 'vue';
import { useRoute, useRouter, type LocationQuery } from 'vue-router';
import { loadChoice, saveChoice } from './choice.ts';

type FilterValue = string | boolean;
export type Filters = Record<string, FilterValue>;
/** Filters as sent: what is empty is left out. */
export type Chosen<F extends Filters> = { [K in keyof F]?: Exclude<F[K], ''> };
export type Answer<Row> = { items: Row[]; total: number };

export const PAGE_SIZES = [10, 20, 50, 100, 200];
/** What was looked for once is not what one wants to see tomorrow. */
const ONE_OFF = ['q', 'from', 'to'];

export type ListSpec<Row, F extends Filters> = {
  /** Names the remembered page size, columns and filters. */
  name: string;
  /** Every filter with its value when nothing is chosen. */
  filters: F;
  load: (query: Chosen<F> & { page: number; size: number }) => Promise<Answer<Row>>;
  /** A list inside a drawer keeps its state to itself. */
  inUrl?: boolean;
  /** Filters that are not remembered for the next visit, beside the words searched for and the days. */
  oneOff?: readonly (keyof F & string)[];
};

export type List<Row, F extends Filters = Filters> = ReturnType<typeof useList<Row, F>>;

/** Reads filters from an address; unknown names and odd shapes fall back to the defaults. */
export function filtersFrom<F extends Filters>(query: LocationQuery, defaults: F): F {
  const read: Filters = {};
  for (const [name, fallback] of Object.entries(defaults)) {
    const raw = query[name];
    if (typeof raw !== 'string') read[name] = fallback;
    else read[name] = typeof fallback === 'boolean' ? raw === 'true' : raw;
  }
  return read as F;
}

/** Leaves out what equals the default, so that addresses stay short. */
export function queryFrom<F extends Filters>(filters: F, defaults: F, page: number): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [name, value] of Object.entries(filters)) if (value !== defaults[name]) query[name] = String(value);
  if (page > 1) query['page'] = String(page);
  return query;
}

export function chosen<F extends Filters>(filters: F): Chosen<F> {
  return Object.fromEntries(
    Object.entries(filters).filter(([, value]) => value !== '' && value !== false),
  ) as Chosen<F>;
}

/** What of the filters is worth keeping for the next visit. */
export function lasting<F extends Filters>(
  filters: F,
  defaults: F,
  oneOff: readonly string[] = [],
): Record<string, string> {
  const dropped = new Set([...ONE_OFF, ...oneOff]);
  const kept = Object.entries(queryFrom(filters, defaults, 1)).filter(([name]) => !dropped.has(name));
  return Object.fromEntries(kept);
}

function pageFrom(query: LocationQuery): number {
  const page = Number(query['page'] ?? 1);
  return Number.isInteger(page) && page > 0 && page <= 100_000 ? page : 1;
}

/** Asks for pages and keeps only the answer to the latest question. */
function usePages<Row, F extends Filters>(spec: ListSpec<Row, F>, current: () => F) {
  const rows = shallowRef<Row[]>([]);
  const total = ref(0);
  const page = ref(1);
  const size = ref(Number(loadChoice(spec.name, 'size', 20)));
  const busy = ref(false);
  const error = ref('');
  let turn = 0;

  /** Any page of the present question, wanted by whoever walks through all of it. */
  const ask = (at: number, many: number) => spec.load({ ...chosen(current()), page: at, size: many });

  /** Quietly: what is shown stays until the answer is there. */
  async function load(isQuiet = false): Promise<void> {
    turn += 1;
    const mine = turn;
    busy.value = !isQuiet;
    error.value = '';
    try {
      const answer = await ask(page.value, size.value);
      if (mine !== turn) return;
      rows.value = answer.items;
      total.value = answer.total;
      stepBack(answer);
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause;
      if (mine !== turn) return;
      rows.value = [];
      error.value = cause.message;
    } finally {
      if (mine === turn) busy.value = false;
    }
  }
  /** The last row of the last page is gone: what is left stands on the page before. */
  function stepBack(answer: Answer<Row>): void {
    const last = Math.max(1, Math.ceil(answer.total / size.value));
    if (answer.items.length > 0 || page.value <= last) return;
    page.value = last;
    void load();
  }
  return { rows, total, page, size, busy, error, load, ask };
}

type Place<F extends Filters> = {
  /** Where the list stands in the address bar: false when it stood there before, and has to ask by itself. */
  go: (filters: F, page: number) => boolean;
  /** Hears of every other address, beginning with the one the page was opened at. */
  follow: (hear: (filters: F, page: number, isRecalled: boolean) => void) => void;
};

/** A list that owns its page keeps its question in the address; one in a drawer has no place of its own. */
function usePlace<Row, F extends Filters>(spec: ListSpec<Row, F>): Place<F> {
  if (spec.inUrl === false) return { go: () => false, follow: (hear) => hear({ ...spec.filters }, 1, false) };
  const route = useRoute();
  const router = useRouter();
  const own = route.path;
  let isRecalled = false;

  function go(filters: F, page: number): boolean {
    saveChoice(spec.name, 'filters', lasting(filters, spec.filters, spec.oneOff));
    const query = queryFrom(filters, spec.filters, page);
    if (router.resolve({ path: own, query }).fullPath === route.fullPath) return false;
    void router.push({ path: own, query });
    return true;
  }
  /** What a bare address opens: the list as it was last looked at. An address that says something is taken at its word. */
  function remembered(): Record<string, string> {
    if (Object.keys(route.query).length > 0) return {};
    const kept = filtersFrom(loadChoice<Record<string, string>>(spec.name, 'filters', {}), spec.filters);
    return lasting(kept, spec.filters, spec.oneOff);
  }
  function follow(hear: (filters: F, page: number, isRecalled: boolean) => void): void {
    const tell = () => hear(filtersFrom(route.query, spec.filters), pageFrom(route.query), isRecalled);
    // The address changes before this page is left; the next page's query is none of ours.
    watch(
      () => route.fullPath,
      () => {
        if (route.path !== own) return;
        tell();
        isRecalled = false;
      },
    );
    const query = remembered();
    isRecalled = Object.keys(query).length > 0;
    if (isRecalled) void router.replace({ path: own, query });
    else tell();
  }
  return { go, follow };
}

export function useList<Row, F extends Filters>(spec: ListSpec<Row, F>) {
  /** What the form shows; becomes a question only by `search`. */
  const filters = reactive({ ...spec.filters });
  const asked = shallowRef<F>({ ...spec.filters });
  const pages = usePages(spec, () => asked.value);
  const { page, size, load } = pages;
  /** True while the filters are those of the last visit and nobody has chosen anything yet. */
  const isRecalled = ref(false);
  const place = usePlace(spec);

  function turnTo(next: number): void {
    if (place.go(asked.value, next)) return;
    page.value = next;
    void load();
  }
  /** Asks with what the form shows, from the first page. */
  function search(): void {
    asked.value = { ...(filters as F) };
    isRecalled.value = false;
    turnTo(1);
  }
  function set(changes: Partial<F>): void {
    Object.assign(filters, changes);
    search();
  }
  function reset(): void {
    set({ ...spec.filters });
  }
  function resize(next: number): void {
    size.value = next;
    saveChoice(spec.name, 'size', next);
    turnTo(1);
  }

  place.follow((next, at, fromMemory) => {
    asked.value = next;
    Object.assign(filters, next);
    page.value = at;
    isRecalled.value = fromMemory;
    void load();
  });
  useReturn(() => load(true));

  // reactive() unwraps refs for templates: list.rows, list.total ...
  return reactive({
    name: spec.name,
    ...pages,
    filters: filters as UnwrapNestedRefs<F>,
    defaults: spec.filters,
    isRecalled,
    search,
    set,
    reset,
    turnTo,
    resize,
  });
}

/** Runs when one comes back to a page that was kept, not when it opens. */
export function useReturn(work: () => unknown): void {
  let isFirst = true;
  onActivated(() => {
    if (!isFirst) void work();
    isFirst = false;
  });
}
