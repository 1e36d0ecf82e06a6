// The settings of the pay client, read once into keys: whatever could never work is refused at the start.
import type { KeyObject } from 'node:crypto';
import { readApiV3Key } from './aes.ts';
import { WechatConfigError } from './config-error.ts';
import { createKeyBook, PUBLIC_KEY_ID, readCertificate, readPublicKey } from './keys.ts';
import type { KeyBook } from './keys.ts';
import { readPrivateKey } from './sign.ts';
import type { CallHook, Fetch } from './transport.ts';

export type PayConfig = {
  mchid: string;
  /** Default appid; each prepay may name another one that is bound to the merchant. */
  appid: string;
  /** Serial of the merchant API certificate: upper-case hex, leading zero kept. */
  serialNo: string;
  privateKeyPem: string;
  /** Exactly 32 bytes. */
  apiV3Key: string;
  baseUrl: string;
  /** The twin host, tried only after a connection could not be made. */
  fallbackBaseUrl?: string;
  /** WeChat Pay public key mode. May be held together with certificates while a merchant switches. */
  publicKey?: { id: string; pem: string };
  /** Platform certificates known from an earlier run; more are fetched when an unknown serial appears. */
  platformCertificates?: string[];
  notifyUrls: { pay: string; refund: string; transfer: string };
  now: () => Date;
  fetch?: Fetch;
  /** For one try, answer body included. Default 8000. */
  timeoutMs?: number;
  /** Pause before a second try, doubled before the third. Default 200. */
  retryPauseMs?: number;
  /** An unknown serial triggers at most one certificate download in this many minutes. Default 10. */
  certificateRefreshMinutes?: number;
  onCall?: CallHook;
  /** Runs before every network call; the server throws here when it is inside a transaction. */
  guard?: () => void;
};

export type PaySetup = {
  mchid: string;
  appid: string;
  identity: { mchid: string; serialNo: string; privateKey: KeyObject };
  apiV3Key: KeyObject;
  keys: KeyBook;
  hosts: readonly [string, ...string[]];
  notifyUrls: { pay: string; refund: string; transfer: string };
};

/** Reads the settings or throws a WechatConfigError that names every one that is wrong. */
export function readPayConfig(config: PayConfig): PaySetup {
  const problems: string[] = [];
  const need = <T>(value: T | null, problem: string): T | null => {
    if (value === null) problems.push(problem);
    return value;
  };
  if (!/^\d{6,32}$/.test(config.mchid)) problems.push('mchid must be digits');
  if (!/^[0-9A-Za-z_-]{1,32}$/.test(config.appid)) problems.push('appid is not an appid');
  if (!/^[0-9A-F]{8,40}$/.test(config.serialNo)) problems.push('serialNo must be upper-case hex');

  const privateKey = need(readPrivateKey(config.privateKeyPem), 'privateKeyPem is not an RSA private key');
  const apiV3Key = need(readApiV3Key(config.apiV3Key), 'apiV3Key must have exactly 32 bytes');
  const keys = createKeyBook(config.now);
  if (config.publicKey) {
    const key = need(readPublicKey(config.publicKey.pem), 'publicKey.pem is not an RSA public key');
    if (!PUBLIC_KEY_ID.test(config.publicKey.id)) problems.push('publicKey.id must be PUB_KEY_ID_ and digits');
    if (key) keys.addPublicKey(config.publicKey.id, key);
  }
  for (const [index, pem] of (config.platformCertificates ?? []).entries()) {
    const certificate = need(readCertificate(pem), `platformCertificates[${index}] is not an RSA certificate`);
    if (certificate) keys.addCertificate(certificate);
  }
  const base = need(readOrigin(config.baseUrl), 'baseUrl is not an http(s) address');
  const twin = config.fallbackBaseUrl
    ? need(readOrigin(config.fallbackBaseUrl), 'fallbackBaseUrl is no address')
    : null;
  const { pay, refund, transfer } = config.notifyUrls;
  const notifyUrls = { pay: pay.trim(), refund: refund.trim(), transfer: transfer.trim() };
  for (const [name, url] of Object.entries(notifyUrls)) {
    const problem = notifyUrlProblem(url);
    if (problem) problems.push(`notifyUrls.${name} ${problem}`);
  }

  if (problems.length > 0 || !privateKey || !apiV3Key || base === null) throw new WechatConfigError(problems);
  return {
    mchid: config.mchid,
    appid: config.appid,
    identity: { mchid: config.mchid, serialNo: config.serialNo, privateKey },
    apiV3Key,
    keys,
    hosts: twin === null ? [base] : [base, twin],
    notifyUrls,
  };
}

/** Null when WeChat will take the address. It wants no query string, and at most 255 characters. */
export function notifyUrlProblem(url: string): string | null {
  if (!URL.canParse(url) || !/^https?:\/\//.test(url)) return 'is not an http(s) address';
  if (url.includes('?') || url.includes('#')) return 'must not have a query string';
  return url.length > 255 ? 'is longer than 255 characters' : null;
}

/** Only path and query are signed, so a base address must be a bare origin. */
export function readOrigin(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { protocol, origin, pathname, search, hash, username } = new URL(url);
  const bare = pathname === '/' && search === '' && hash === '' && username === '';
  return bare && ['http:', 'https:'].includes(protocol) ? origin : null;
}
