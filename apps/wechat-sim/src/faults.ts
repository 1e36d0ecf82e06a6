// Bad weather on purpose: which request is spoiled, how, and how often. By order of a test, or by seeded chance.
import type { Chance } from './chance.ts';
import type { EndpointName, FaultOrder, FaultView, NoticeMode, Weather } from './surface.ts';

export type Faults = {
  add(order: FaultOrder): FaultView;
  list(): FaultView[];
  clear(): void;
  weather(weather: Weather | null): void;
  /** The fault for this request, used up by one. */
  take(endpoint: EndpointName): FaultView | null;
  noticeMode(): NoticeMode | null;
};

const timeoutDefaultMs = 60_000;
const slowDefaultMs = 1_000;

export function createFaults(chance: Chance): Faults {
  let pending: FaultView[] = [];
  let sky: Weather | null = null;
  let made = 0;

  function view(order: FaultOrder): FaultView {
    made += 1;
    const delayMs = order.delayMs ?? (order.kind === 'slow-body' ? slowDefaultMs : timeoutDefaultMs);
    const { endpoint, kind } = order;
    return {
      id: `fault-${made}`,
      endpoint,
      kind,
      count: order.count ?? 1,
      after: order.after ?? 0,
      delayMs,
      errcode: order.errcode ?? -1,
    };
  }

  function take(endpoint: EndpointName): FaultView | null {
    for (const fault of pending.filter((one) => covers(one.endpoint, endpoint))) {
      if (fault.after > 0) {
        fault.after -= 1;
        continue;
      }
      fault.count -= 1;
      if (fault.count <= 0) pending = pending.filter((one) => one !== fault);
      return { ...fault };
    }
    const kind = sky !== null && chance.next() < sky.faultRate ? chance.pick(sky.faults) : undefined;
    return kind === undefined ? null : view({ endpoint, kind, delayMs: slowDefaultMs });
  }

  return {
    add(order) {
      const fault = view(order);
      pending.push(fault);
      return { ...fault };
    },
    list: () => pending.map((fault) => ({ ...fault })),
    clear() {
      pending = [];
    },
    weather: (weather) => void (sky = weather),
    take,
    noticeMode: () => (sky !== null && chance.next() < sky.noticeRate ? (chance.pick(sky.notices) ?? null) : null),
  };
}

function covers(pattern: FaultOrder['endpoint'], endpoint: EndpointName): boolean {
  return (
    pattern === '*' || pattern === endpoint || (pattern.endsWith('.*') && endpoint.startsWith(pattern.slice(0, -1)))
  );
}
