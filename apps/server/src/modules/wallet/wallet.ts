// The wallet: what a person sees of the ledger, who is paid out, and how money leaves through WeChat.
import type {
  adminGetWithdrawal,
  adminListWithdrawals,
  approveWithdrawals,
  cancelWithdrawal,
  getWallet,
  Id,
  In,
  listWalletEntries,
  listWithdrawals,
  Out,
  rejectWithdrawal,
  requestWithdrawal,
  returnWithdrawal,
  revealPayee,
  savePayoutAccount,
} from '@jishi/contract';
import type { PayClient } from '@jishi/wechat';
import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import type { Db, Once, Reader } from '../../platform/db.ts';
import type { Buyer, StaffSession } from '../../platform/http.ts';
import type { Log } from '../../platform/log.ts';
import type { Sealer } from '../../platform/seal.ts';
import type { Identity } from '../identity/identity.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Messaging } from '../messaging/messaging.ts';
import type { Settings } from '../settings/settings.ts';
import type { Asking, Staff } from '../staff/staff.ts';
import * as payouts from './wallet.payouts.ts';
import * as requests from './wallet.request.ts';
import * as review from './wallet.review.ts';
import { readReports } from './wallet.rules.ts';
import * as sending from './wallet.send.ts';
import * as store from './wallet.store.ts';
import * as views from './wallet.views.ts';

export type Wallet = {
  view(buyer: Buyer): Promise<Out<typeof getWallet>>;
  entries(buyer: Buyer, input: In<typeof listWalletEntries>): Promise<Out<typeof listWalletEntries>>;
  savePayout(buyer: Buyer, input: In<typeof savePayoutAccount>): Promise<Out<typeof savePayoutAccount>>;
  deletePayout(buyer: Buyer): Promise<void>;
  /** Command: the money leaves the wallet at once and waits between. */
  request(buyer: Buyer, input: In<typeof requestWithdrawal>, once?: Once): Promise<Out<typeof requestWithdrawal>>;
  list(buyer: Buyer, input: In<typeof listWithdrawals>): Promise<Out<typeof listWithdrawals>>;
  /** Asks WeChat first, at most every few seconds, when it is WeChat's turn. */
  one(buyer: Buyer, withdrawalId: string): Promise<Out<typeof requestWithdrawal>>;
  cancel(buyer: Buyer, withdrawalId: string, once?: Once): Promise<Out<typeof cancelWithdrawal>>;

  staffList(input: In<typeof adminListWithdrawals>): Promise<Out<typeof adminListWithdrawals>>;
  openCounts(reader: Reader): ReturnType<typeof store.openCounts>;
  staffOne(withdrawalId: string): Promise<Out<typeof adminGetWithdrawal>>;
  approve(
    staff: StaffSession,
    input: In<typeof approveWithdrawals>,
    asking?: Asking,
    once?: Once,
  ): Promise<Out<typeof approveWithdrawals>>;
  reject(
    staff: StaffSession,
    input: In<typeof rejectWithdrawal>,
    asking?: Asking,
    once?: Once,
  ): Promise<Out<typeof rejectWithdrawal>>;
  resend(staff: StaffSession, withdrawalId: string, asking?: Asking): Promise<Out<typeof adminGetWithdrawal>>;
  giveUp(
    staff: StaffSession,
    input: In<typeof returnWithdrawal>,
    asking?: Asking,
  ): Promise<Out<typeof adminGetWithdrawal>>;
  reveal(staff: StaffSession, withdrawalId: Id<'withdrawal'>, asking?: Asking): Promise<Out<typeof revealPayee>>;

  /** Job: brings one withdrawal forward by one step at WeChat; repeated freely. */
  advance(withdrawalId: string): Promise<void>;
  cancelAtWechat(withdrawalId: string): Promise<void>;
  heard(outBillNo: string): Promise<void>;
  poll(): Promise<void>;
  /** Schedule and command: seals anew what an older key has sealed; answers how many rows. */
  reseal(): Promise<number>;
  /** For the doctor: keys that rows need and nobody has, and how many rows still need an old one. */
  sealCheck(reader: Reader): Promise<{ unknownKeys: string[]; oldRows: number }>;
};

export type WalletDeps = {
  db: Db;
  clock: Clock;
  log: Log;
  ledger: Ledger;
  identity: Pick<Identity, 'openidOf' | 'names' | 'byPhone' | 'isBlocked'>;
  messaging: Pick<Messaging, 'notify'>;
  settings: Pick<Settings, 'define' | 'read'>;
  staff: Pick<Staff, 'audit'>;
  pay: Pick<PayClient, 'transfer' | 'queryTransfer' | 'cancelTransfer' | 'transferConfirm'>;
  appids: { weapp: string; h5: string };
  sealer: Sealer;
};

/** What the files of this room share. */
export type Room = WalletDeps & { keys: Keys };
export type Keys = ReturnType<typeof defineKeys>;

const GROUP = '钱包与提现';

function defineKeys(settings: Pick<Settings, 'define'>) {
  const number = (
    key: string,
    kind: 'fen' | 'bps' | 'integer',
    words: { label: string; hint: string },
    range: { value: number; min: number; max: number },
  ) => {
    const { value, ...limits } = range;
    return settings.define<number>({ key, group: GROUP, ...words, kind, schema: z.int(), default: value, ...limits });
  };
  return {
    minFen: number(
      'wallet.withdrawMinFen',
      'fen',
      { label: '单笔提现下限', hint: '低于此金额不能提现' },
      { value: 1_000, min: 10, max: 5_000_000 },
    ),
    maxFen: number(
      'wallet.withdrawMaxFen',
      'fen',
      { label: '单笔提现上限', hint: '还受微信商户平台的单笔限额约束' },
      { value: 5_000_000, min: 10, max: 5_000_000 },
    ),
    perDay: number(
      'wallet.withdrawPerDay',
      'integer',
      { label: '每人每天提现次数', hint: '按北京时间计算；打款前撤销或被拒的不计' },
      { value: 3, min: 1, max: 10 },
    ),
    feeBps: number(
      'wallet.withdrawFeeBps',
      'bps',
      { label: '提现手续费', hint: '从提现金额中扣除，申请前会告诉用户；0 为免费' },
      { value: 0, min: 0, max: 1_000 },
    ),
    sceneId: settings.define<string>({
      key: 'wallet.transferScene',
      group: GROUP,
      label: '微信转账场景编号',
      hint: '须与商户平台已开通的场景一致，如 1005 佣金报酬',
      kind: 'text',
      schema: z.string().regex(/^\d{4,36}$/),
      default: '1005',
    }),
    reports: settings.define<string>({
      key: 'wallet.transferReports',
      group: GROUP,
      label: '转账场景报备信息',
      hint: '每行一项，格式 名称=内容；名称由微信按场景规定，如 岗位类型、报酬说明',
      kind: 'longText',
      schema: z.string().refine((text) => readReports(text) !== null),
      default: '岗位类型=推广员\n报酬说明=钱包余额提现',
    }),
    remark: settings.define<string>({
      key: 'wallet.transferRemark',
      group: GROUP,
      label: '转账备注',
      hint: '用户在微信收款时看到，最多 32 个字',
      kind: 'text',
      schema: z.string().min(1).max(32),
      default: '钱包提现',
    }),
  };
}

export function createWallet(deps: WalletDeps): Wallet {
  const room: Room = { ...deps, keys: defineKeys(deps.settings) };
  const { db } = deps;
  return {
    view: (buyer) => views.wallet(room, buyer.id),
    entries: (buyer, input) => views.entries(room, buyer.id, input),
    savePayout: (buyer, input) => payouts.save(room, buyer, input),
    deletePayout: (buyer) => store.deletePayout(db, buyer.id),
    request: (buyer, input, once) => requests.request(room, buyer, input, once),
    list: (buyer, input) => views.list(room, buyer.id, input),
    one: async (buyer, withdrawalId) => {
      const row = await views.own(db, buyer.id, withdrawalId);
      await sending.refresh(room, row);
      return views.detail(room, db, await views.own(db, buyer.id, withdrawalId));
    },
    cancel: (buyer, withdrawalId, once) => requests.cancel(room, buyer, withdrawalId, once),
    staffList: (input) => views.staffList(room, input),
    openCounts: (reader) => store.openCounts(reader),
    staffOne: (withdrawalId) => views.staffOne(room, db, withdrawalId),
    approve: (staff, input, asking, once) => review.approve(room, staff, input, { asking, once }),
    reject: (staff, input, asking, once) => review.reject(room, staff, input, { asking, once }),
    resend: (staff, withdrawalId, asking) => review.resend(room, staff, withdrawalId, asking),
    giveUp: (staff, input, asking) => review.giveUp(room, staff, input, asking),
    reveal: (staff, withdrawalId, asking) => payouts.reveal(room, staff, withdrawalId, asking),
    advance: (withdrawalId) => sending.advance(room, withdrawalId),
    cancelAtWechat: (withdrawalId) => sending.cancelAtWechat(room, withdrawalId),
    heard: (outBillNo) => sending.heard(room, outBillNo),
    poll: () => sending.poll(room),
    reseal: () => payouts.reseal(room),
    sealCheck: (reader) => payouts.check(room, reader),
  };
}
