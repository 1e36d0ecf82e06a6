// What the two twins of each bridge agree on, so that pages never ask where they run.
import type { PAY_CHANNELS, PayParamsView, TransferConfirmView } from '@jishi/contract';

export type PayChannel = (typeof PAY_CHANNELS)[number];

/** What the phone says about a payment. Only a hint: the server asks WeChat for the truth. */
export type PayOutcome = 'done' | 'cancelled' | 'failed' | 'left' | 'scan';

export type PayBridge = {
  /** The channel that fits this device. */
  channel(): Promise<PayChannel>;
  /** Opens WeChat's cashier. 'left' means the page is going away; 'scan' means a code must be shown. */
  pay(params: PayParamsView): Promise<PayOutcome>;
};

/** What became of WeChat's own receipt component. `unavailable`: this device has none, so our own question is asked. */
export type ReceiptOutcome = 'confirmed' | 'cancelled' | 'unavailable';
export type ReceiptBridge = {
  /** Opens it for a payment that WeChat holds; only the payer may confirm. */
  confirm(transactionId: string): Promise<ReceiptOutcome>;
};

/**
 * Opens WeChat's page where the buyer takes a transfer. Only a hint: `done` means that the page was shown and left.
 * `unable`: this device cannot, WeChat itself has to be opened.
 */
export type ReceiveBridge = (confirm: TransferConfirmView) => Promise<'done' | 'cancelled' | 'failed' | 'unable'>;

export type LoginTicket = { code: string; platform: 'weapp' | 'h5' };
export type LoginBridge = {
  /** A one-time code, or null when the page is leaving for WeChat's authorisation page. */
  begin(addressOf: (returnTo: string, state: string) => Promise<string>): Promise<LoginTicket | null>;
  /** The code with which WeChat's authorisation page has just sent the buyer back, taken once. */
  returned(): LoginTicket | null;
};

/** A place to keep values in, by key. */
export type KeptBridge = {
  read<T>(key: string): T | null;
  write(key: string, value: unknown): void;
  remove(key: string): void;
};

export type StorageBridge = KeptBridge & {
  /** What only this tab keeps, and only while it is open: it outlives a way through another site. */
  tab: KeptBridge;
  /** Runs `work` while no other page of this shop on this device runs work of the same name. */
  alone<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Tells when another tab has changed `key`. */
  watch(key: string, changed: () => void): void;
};

/** A picture on this phone, not yet sent. */
export type ChosenPicture = { path: string; file?: File | undefined };

export type UploadBridge = {
  /** At most `max` pictures; none when the buyer changes their mind. */
  choose(max: number): Promise<ChosenPicture[]>;
  /** Sends one as the part named `file`. */
  send(url: string, headers: Record<string, string>, picture: ChosenPicture): Promise<{ status: number; text: string }>;
};

export type ShareBridge = {
  /** Sends the address of a page to somebody: the system's share sheet, else the clipboard. */
  share(path: string, title: string): Promise<void>;
  /** True where a button of type "share" does it better. */
  hasNativeButton: boolean;
};

export type PlaceBridge = {
  name: 'weapp' | 'h5';
  /** Ends in /api/v1. */
  apiBase: string;
  /** Makes the address of a picture absolute where the platform needs it. */
  picture(url: string): string;
  /** The absolute address of a page of ours, for WeChat to come back to. */
  address(path: string): string;
  /** Leaves for an address outside the shop. */
  leave(url: string): void;
};

export type NetworkBridge = {
  /** Tells at once where it is known, and then whenever it changes. */
  watch(changed: (isOnline: boolean) => void): void;
};

export type Carried = { status: number; headers: Record<string, string>; body: unknown };
/** Takes one request to the server and brings its answer back, whatever the status. */
export type CarryBridge = (request: {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: unknown;
  timeoutMs: number;
}) => Promise<Carried>;

/** Shows pictures as large as the screen, one beside the other. */
export type LookBridge = (urls: readonly string[], current: string) => void;
