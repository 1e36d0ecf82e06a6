// The people of the pretend WeChat: eight with faces and names, more when a test asks; their openids and one-time codes.
import { dayMs, minuteMs, type SimClock } from './clock.ts';
import type { Chance } from './chance.ts';
import { sha256Base64Url } from './crypto.ts';
import { userAccount, type Ledger } from './ledger.ts';
import type { MerchantSetup, PersonView } from './surface.ts';
import { SimRefusal, type OneTimeCode, type Person, type World } from './world.ts';

export type People = {
  /** By id or by any openid. */
  find(idOrOpenid: string): Person | null;
  get(idOrOpenid: string): Person;
  first(): Person;
  openid(person: Person, appid: string): string;
  unionid(person: Person): string;
  ownsOpenid(openid: string, appid: string): boolean;
  add(input: Newcomer): Person;
  /** The eight who are always there. */
  moveIn(): void;
  /** Finds everybody again after the world was replaced. */
  reindex(): void;
  code(kind: OneTimeCode['kind'], person: Person, appid: string, scope?: string): string;
  /** Uses a code up. `used` and `unknown` are told apart, as WeChat does. */
  redeem(kind: OneTimeCode['kind'], code: string, appid: string): OneTimeCode | 'used' | 'unknown';
  view(person: Person): PersonView;
};

/** What may be told about somebody new; the rest is made up. */
type Newcomer = {
  name?: string | undefined;
  phone?: string | undefined;
  walletFen?: number | undefined;
  device?: Person['device'];
};

type PeopleParts = {
  world: World;
  clock: SimClock;
  chance: Chance;
  ledger: Ledger;
  merchant: MerchantSetup;
  publicUrl(): string;
};

const demoPeople = [
  { name: '张小雨', phone: '13800000001', colour: '#e86a6a' },
  { name: '李建国', phone: '13800000002', colour: '#4a90d9' },
  { name: '王秀英', phone: '13800000003', colour: '#9b6bd3' },
  { name: '陈思远', phone: '13800000004', colour: '#3aa675' },
  { name: '赵明月', phone: '13800000005', colour: '#e08a3c' },
  { name: '刘子墨', phone: '13800000006', colour: '#5c6bc0' },
  { name: '黄雅婷', phone: '13800000007', colour: '#d6618f' },
  { name: '周海涛', phone: '13800000008', colour: '#2f9aa8' },
] as const;

const surnames = '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高';
const givenNames = '伟芳娜敏静强磊洋艳勇军杰娟涛明超霞平刚桂';
const colours = demoPeople.map((person) => person.colour);
const openingWalletFen = 500_000;
const codeLifeMs = 5 * minuteMs;

export function createPeople(parts: PeopleParts): People {
  const { world, clock, chance, ledger, merchant } = parts;
  const byOpenid = new Map<string, string>();

  function index(person: Person): void {
    for (const appid of [merchant.appid, merchant.oaAppid]) byOpenid.set(openid(person, appid), person.id);
  }

  function settleIn(person: Person, walletFen: number): Person {
    world.people.set(person.id, person);
    index(person);
    ledger.post({
      at: clock.now(),
      why: 'top-up',
      ref: person.id,
      legs: { bank: -walletFen, [userAccount(person.id)]: walletFen },
    });
    return person;
  }

  function add(input: Newcomer): Person {
    const person = inventPerson(chance, world.people.size + 1, input);
    return settleIn(person, input.walletFen ?? openingWalletFen);
  }

  function find(idOrOpenid: string): Person | null {
    return world.people.get(byOpenid.get(idOrOpenid) ?? idOrOpenid) ?? null;
  }

  function get(idOrOpenid: string): Person {
    const person = find(idOrOpenid);
    if (person === null) throw new SimRefusal(`没有这个人：${idOrOpenid}`, 404);
    return person;
  }

  return {
    find,
    get,
    first: () => get('p1'),
    openid,
    unionid,
    ownsOpenid: (text, appid) => {
      const person = find(text);
      return person !== null && person.id !== text && openid(person, appid) === text;
    },
    add,
    moveIn() {
      demoPeople.forEach((person, at) => settleIn({ id: `p${at + 1}`, ...person }, openingWalletFen));
    },
    reindex() {
      byOpenid.clear();
      for (const person of world.people.values()) index(person);
    },
    ...createCodes({ world, clock, chance }),
    view: (person) => ({
      id: person.id,
      name: person.name,
      phone: person.phone,
      avatarUrl: `${parts.publicUrl()}/avatar/${person.id}.svg`,
      openid: openid(person, merchant.appid),
      oaOpenid: openid(person, merchant.oaAppid),
      unionid: unionid(person),
      walletFen: ledger.balance(userAccount(person.id)),
    }),
  };
}

// Real openids are 28 characters and begin with a lower-case o; each app sees another one.
const openid = (person: Person, appid: string): string => `o${sha256Base64Url(`${appid}|${person.id}`).slice(0, 27)}`;
const unionid = (person: Person): string => `u${sha256Base64Url(`union|${person.id}`).slice(0, 27)}`;

function inventPerson(chance: Chance, number: number, told: Newcomer): Person {
  const one = (from: string): string => chance.pick([...from]) ?? '';
  return {
    id: `p${number}`,
    name: told.name ?? one(surnames) + one(givenNames) + one(givenNames),
    phone: told.phone ?? `139${String(number).padStart(8, '0')}`,
    colour: colours[number % colours.length] ?? '#4a90d9',
    device: told.device ?? 'android',
  };
}

/** One-time codes: for one person and one app, five minutes, once. */
function createCodes({
  world,
  clock,
  chance,
}: Pick<PeopleParts, 'world' | 'clock' | 'chance'>): Pick<People, 'code' | 'redeem'> {
  function code(kind: OneTimeCode['kind'], person: Person, appid: string, scope = ''): string {
    const now = clock.now();
    for (const [old, { until }] of world.codes) if (until < now - dayMs) world.codes.delete(old);
    const fresh = `0${chance.digits(1)}${chance.letters(30)}`;
    world.codes.set(fresh, { kind, personId: person.id, appid, scope, until: now + codeLifeMs, used: false });
    return fresh;
  }

  function redeem(kind: OneTimeCode['kind'], text: string, appid: string): OneTimeCode | 'used' | 'unknown' {
    const found = world.codes.get(text);
    if (found === undefined || found.kind !== kind || found.appid !== appid || found.until < clock.now())
      return 'unknown';
    if (found.used) return 'used';
    found.used = true;
    return found;
  }

  return { code, redeem };
}
