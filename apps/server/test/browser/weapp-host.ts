// A pretend mini-program host: runs Taro's production output in node:vm with just enough of `wx` around it.
import fs from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';

/** A node of the tree that Taro hands to `setData`: children, text, class, id. */
export type Node = { cn?: Node[]; v?: string; cl?: string; sid?: string; uid?: string; nn?: string };
type Query = Record<string, string>;
type RequestOptions = {
  url: string;
  method?: string;
  data?: unknown;
  header?: Record<string, string>;
  success?: (answer: { statusCode: number; data: unknown; header: Record<string, string>; errMsg: string }) => void;
  complete?: (answer: unknown) => void;
};
/** What the server says, at once or later. */
export type Answer = (method: string, path: string, body: unknown, headers: Record<string, string>) => unknown;
type Options = Record<string, unknown>;
type Instance = Options & {
  data: { root?: Node };
  onLoad?: (query: Query) => void;
  onShow?: () => void;
  onReady?: () => void;
  onHide?: () => void;
  eh?: (event: unknown) => void;
};

export type Host = ReturnType<typeof startHost>;

/** `answer` plays the server: it returns the body of each answer, or an object with `status` and `body`. */
export function startHost(root: string, answer: Answer) {
  const calls: [string, unknown][] = [];
  const stored = new Map<string, unknown>();
  const state: State = { app: null, page: null, current: null, errors: [], largestBytes: 0 };
  const pages = new Map<string, Options>();
  const context = vm.createContext(globals(wxOf(calls, stored, answer), state));
  const load = loader(root, context);
  return {
    calls,
    stored,
    /** What went to the console in red. */
    errors: state.errors,
    /** The most that one setData has carried: WeChat gets slow far below its limit of 1 MB. */
    largestBytes: () => state.largestBytes,
    launch(first: string) {
      load('app.js');
      const options = { path: first, query: {}, scene: 1001 };
      run(state.app, 'onLaunch', options);
      run(state.app, 'onShow', options);
    },
    open(page: string, query: Query = {}): Instance {
      state.current?.onHide?.();
      state.page = null;
      load(`${page}.js`);
      // A file runs once; the page that it has registered can be opened again and again.
      const registered = state.page ?? pages.get(page);
      if (!registered) throw new Error(`${page} has registered no page`);
      pages.set(page, registered);
      const instance = instanceOf(state, registered, page, query);
      state.current = instance;
      instance.onLoad?.(query);
      instance.onShow?.();
      instance.onReady?.();
      return instance;
    },
  };
}

function run(target: Options | null, name: string, argument: unknown) {
  const verb = target?.[name];
  if (typeof verb === 'function') (verb as (value: unknown) => void).call(target, argument);
}

const NOTED =
  'navigateTo redirectTo switchTab navigateBack setNavigationBarTitle stopPullDownRefresh showToast showModal ' +
  'setClipboardData previewImage setTabBarBadge removeTabBarBadge';

/** A verb of `wx` that is only noted down and always succeeds. */
function noted(calls: [string, unknown][], name: string) {
  return (options?: { url?: string; success?: (value: unknown) => void; complete?: (value: unknown) => void }) => {
    calls.push([name, options?.url ?? options]);
    const ok = { errMsg: `${name}:ok` };
    setTimeout(() => {
      options?.success?.(ok);
      options?.complete?.(ok);
    }, 0);
    return { abort: () => undefined };
  };
}

/** What `wx` can do here. Anything else is noted down and answered with success. */
function wxOf(calls: [string, unknown][], stored: Map<string, unknown>, answer: Answer) {
  const screen = {
    windowWidth: 375,
    windowHeight: 667,
    pixelRatio: 2,
    screenWidth: 375,
    screenHeight: 667,
    statusBarHeight: 20,
  };
  const query = () => {
    const chain: Record<string, unknown> = {
      exec: (done?: (rects: []) => void) => done && setTimeout(() => done([]), 0),
    };
    for (const name of [
      'in',
      'select',
      'selectAll',
      'selectViewport',
      'boundingClientRect',
      'scrollOffset',
      'fields',
      'node',
    ])
      chain[name] = () => chain;
    return chain;
  };
  const known: Record<string, unknown> = {
    getSystemInfoSync: () => ({ ...screen, platform: 'devtools', SDKVersion: '3.8.0' }),
    getWindowInfo: () => screen,
    getAppBaseInfo: () => ({ SDKVersion: '3.8.0' }),
    getDeviceInfo: () => ({ platform: 'devtools' }),
    getMenuButtonBoundingClientRect: () => ({ top: 24, height: 32, left: 278, right: 365, bottom: 56, width: 87 }),
    canIUse: () => true,
    nextTick: (work: () => void) => setTimeout(work, 0),
    getAccountInfoSync: () => ({ miniProgram: { appId: 'wx', envVersion: 'develop' } }),
    getLaunchOptionsSync: () => ({ path: '', query: {} }),
    getEnterOptionsSync: () => ({ path: '', query: {} }),
    createSelectorQuery: query,
    getStorageSync: (name: string) => stored.get(name) ?? '',
    setStorageSync: (name: string, value: unknown) => void stored.set(name, value),
    removeStorageSync: (name: string) => void stored.delete(name),
    request: (options: RequestOptions) => respond(calls, answer, options),
    login: (options: { success?: (value: unknown) => void }) => {
      calls.push(['login', null]);
      setTimeout(() => options.success?.({ code: 'code-from-wechat', errMsg: 'login:ok' }), 0);
    },
    cloud: {},
    env: { USER_DATA_PATH: '' },
  };
  // Taro only takes over what it finds among the keys of `wx`.
  for (const name of NOTED.split(' ')) known[name] = noted(calls, name);
  return new Proxy(known, {
    get(target, name) {
      if (typeof name !== 'string') return undefined;
      if (name in target) return target[name];
      // Until webpack has put its list of chunks here there is none; an invented function would swallow them.
      if (name === 'webpackJsonp') return undefined;
      return noted(calls, name);
    },
  });
}

type Given = { status?: number; body?: unknown } | undefined;

function respond(calls: [string, unknown][], answer: Answer, options: RequestOptions) {
  const method = options.method ?? 'GET';
  const where = options.url.replace(/^https?:\/\/[^/]+/, '');
  calls.push(['request', `${method} ${where}`]);
  const body: unknown = typeof options.data === 'string' ? JSON.parse(options.data) : (options.data ?? null);
  const tell = (given: Given) => {
    const hasStatus = typeof given?.status === 'number';
    const told = {
      statusCode: hasStatus ? (given.status ?? 200) : 200,
      data: hasStatus ? given.body : given,
      header: {},
      errMsg: 'request:ok',
    };
    options.success?.(told);
    options.complete?.(told);
  };
  const given = answer(method, where, body, options.header ?? {});
  // Never within the call itself: no network answers that fast.
  setTimeout(() => void Promise.resolve(given).then((value) => tell(value as Given)), 1);
  return { abort: () => undefined };
}

type State = {
  app: Options | null;
  page: Options | null;
  current: Instance | null;
  errors: string[];
  largestBytes: number;
};

function globals(wx: unknown, state: State) {
  const own: Record<string, unknown> = {
    wx,
    console: { ...console, error: (...words: unknown[]) => void state.errors.push(words.map(String).join(' ')) },
    setTimeout,
    clearTimeout,
    setInterval,
    clearInterval,
    queueMicrotask,
    Promise,
    App: (options: Options) => void (state.app = options),
    getApp: () => state.app,
    Page: (options: Options) => void (state.page = options),
    Component: (options: Options) => void (state.page = options),
    Behavior: (options: Options) => options,
    getCurrentPages: () => (state.current ? [state.current] : []),
    __wxConfig: { pages: [] },
  };
  own['globalThis'] = own;
  return own;
}

function loader(root: string, context: vm.Context) {
  const loaded = new Map<string, { exports: unknown }>();
  return function load(file: string): unknown {
    const full = path.join(root, file);
    const before = loaded.get(full);
    if (before) return before.exports;
    const module = { exports: {} as unknown };
    loaded.set(full, module);
    const source = `(function(require,module,exports){${fs.readFileSync(full, 'utf8')}\n})`;
    const body = vm.runInContext(source, context, { filename: full }) as (...scope: unknown[]) => void;
    body(
      (name: string) => load(path.join(path.dirname(file), name.endsWith('.js') ? name : `${name}.js`)),
      module,
      module.exports,
    );
    return module.exports;
  };
}

function instanceOf(state: State, options: Options, route: string, query: Query): Instance {
  const methods = (options['methods'] ?? {}) as Options;
  const instance = Object.assign(Object.create(methods) as Instance, options, methods, {
    data: structuredClone(options['data'] ?? {}) as Instance['data'],
    route,
    __route__: route,
    options: query,
    setData(patch: Record<string, unknown>, done?: () => void) {
      state.largestBytes = Math.max(state.largestBytes, Buffer.byteLength(JSON.stringify(patch)));
      for (const [name, value] of Object.entries(patch))
        setPath(instance.data, name, JSON.parse(JSON.stringify(value ?? null)));
      if (done) setTimeout(done, 0);
    },
  });
  return instance;
}

/** Taro writes dotted paths such as `root.cn.[0].v`. */
function setPath(target: object, dotted: string, value: unknown) {
  const names = dotted
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .filter(Boolean);
  const last = names.pop() ?? '';
  let at = target as Record<string, unknown>;
  for (const name of names) at = (at[name] ??= {}) as Record<string, unknown>;
  at[last] = value;
}

export function textOf(node: Node | undefined): string {
  if (!node) return '';
  return [node.v ?? '', ...Object.values(node.cn ?? {}).map(textOf)].join(' ').replaceAll(/\s+/g, ' ');
}

export function find(node: Node | undefined, fits: (node: Node) => boolean): Node | null {
  if (!node) return null;
  if (fits(node)) return node;
  for (const child of Object.values(node.cn ?? {})) {
    const found = find(child, fits);
    if (found) return found;
  }
  return null;
}

export function byClass(node: Node | undefined, name: string): Node | null {
  return find(node, (one) => (one.cl ?? '').split(' ').includes(name));
}

/** The way from `node` up to the root, as an event bubbles. */
function wayUp(from: Node | undefined, node: Node): Node[] | null {
  if (!from) return null;
  if (from === node) return [node];
  for (const child of Object.values(from.cn ?? {})) {
    const way = wayUp(child, node);
    if (way) return [...way, from];
  }
  return null;
}

/** A finger on `node`. The host bubbles by itself, and Taro waits for the outermost listener before it acts. */
export function tap(page: Instance, node: Node) {
  const target = { id: node.sid, dataset: { sid: node.sid } };
  for (const { sid } of wayUp(page.data.root, node) ?? []) {
    if (sid === undefined) continue;
    page.eh?.({
      type: 'tap',
      target,
      currentTarget: { id: sid, dataset: { sid } },
      detail: {},
      timeStamp: 1,
      mpEvent: {},
    });
  }
}

/** Waits until `look` finds something. */
export async function until<T>(what: string, look: () => T | null | false | undefined, forMs = 3000): Promise<T> {
  const turns = Math.ceil(forMs / 10);
  for (let turn = 0; turn < turns; turn += 1) {
    const found = look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`never seen: ${what}`);
}
