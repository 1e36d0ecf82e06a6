// The platform's keys: which one signs, which are listed, which open encrypted fields. Rotation and the key-mode switch live here.
import type { KeyObject } from 'node:crypto';
import type { Chance } from './chance.ts';
import { chinaTime, type SimClock } from './clock.ts';
import { answerMessage, authorizationScheme, certificateOf, gcmSeal, privateKeyOf, rsaSign } from './crypto.ts';
import {
  demoAccounts,
  demoNextPlatformCertificate,
  demoNextPlatformPrivateKey,
  demoPlatformCertificate,
  demoPlatformPrivateKey,
  demoPublicKeyModePrivateKey,
  demoPublicKeyModePublicKey,
  demoStrangerPrivateKey,
} from './demo-keys.ts';
import type { MerchantSetup } from './surface.ts';
import type { World } from './world.ts';

export type Signer = { serial: string; key: KeyObject };
export type SignatureHeaders = Record<string, string>;

export type Platform = {
  /** The merchant's certificate key: what requests and cashier parameters must be signed with. */
  merchantKey: KeyObject;
  merchantCertificateExpiresAt: number;
  /** The signer of the next answer. A client in public-key mode names its key on each request and is answered with it. */
  signer(asked?: string): Signer;
  stranger: Signer;
  sign(body: string, signer: Signer, at?: number): SignatureHeaders;
  /** The private key for a serial that the client may encrypt with. */
  opener(serial: string): KeyObject | null;
  /** The answer of GET /v3/certificates; empty for a merchant without certificates. */
  certificates(): object[];
};

type Certified = Signer & { pem: string };

const first: Certified = {
  serial: demoAccounts.platformSerialNo,
  key: privateKeyOf(demoPlatformPrivateKey),
  pem: demoPlatformCertificate,
};
const next: Certified = {
  serial: demoAccounts.nextPlatformSerialNo,
  key: privateKeyOf(demoNextPlatformPrivateKey),
  pem: demoNextPlatformCertificate,
};
const publicMode: Signer = {
  serial: demoAccounts.platformPublicKeyId,
  key: privateKeyOf(demoPublicKeyModePrivateKey),
};
const stranger: Signer = { serial: 'F'.repeat(40), key: privateKeyOf(demoStrangerPrivateKey) };

export function createPlatform(world: World, clock: SimClock, chance: Chance, merchant: MerchantSetup): Platform {
  const merchantCertificate = certificateOf(merchant.merchantCertificate);
  let turn = false;

  function listed(): Certified[] {
    if (world.rotation === 'single') return [first];
    return world.rotation === 'retired' ? [next] : [first, next];
  }

  function certified(): Certified {
    return world.rotation === 'switched' || world.rotation === 'retired' ? next : first;
  }

  function signer(asked?: string): Signer {
    if (world.signing === 'certificate') return certified();
    if (world.signing === 'public_key' || asked === publicMode.serial) return publicMode;
    turn = !turn;
    return turn ? publicMode : certified();
  }

  function sign(body: string, by: Signer, at = clock.now()): SignatureHeaders {
    const timestamp = String(Math.floor(at / 1000));
    const nonce = chance.letters(32);
    return {
      'Wechatpay-Timestamp': timestamp,
      'Wechatpay-Nonce': nonce,
      'Wechatpay-Signature': rsaSign(by.key, answerMessage(timestamp, nonce, body)),
      'Wechatpay-Serial': by.serial,
      'Wechatpay-Signature-Type': authorizationScheme,
    };
  }

  function certificates(): object[] {
    if (world.signing === 'public_key') return [];
    return listed().map(({ serial, pem }) => {
      const nonce = chance.letters(12);
      const read = certificateOf(pem);
      return {
        serial_no: serial,
        effective_time: chinaTime(Date.parse(read.validFrom)),
        expire_time: chinaTime(Date.parse(read.validTo)),
        encrypt_certificate: {
          algorithm: 'AEAD_AES_256_GCM',
          nonce,
          associated_data: 'certificate',
          ciphertext: gcmSeal(merchant.apiV3Key, nonce, 'certificate', pem),
        },
      };
    });
  }

  return {
    merchantKey: merchantCertificate.publicKey,
    merchantCertificateExpiresAt: Date.parse(merchantCertificate.validTo),
    signer,
    stranger,
    sign,
    opener: (serial) =>
      serial === publicMode.serial
        ? publicMode.key
        : (listed().find((certificate) => certificate.serial === serial)?.key ?? null),
    certificates,
  };
}

/** The public halves, as a merchant would find them in the console. */
export const platformPublicKey = demoPublicKeyModePublicKey;
export const platformCertificate = demoPlatformCertificate;
export const nextPlatformCertificate = demoNextPlatformCertificate;
