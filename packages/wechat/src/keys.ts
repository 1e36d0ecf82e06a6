// The keys that verify WeChat: public keys by PUB_KEY_ID_ and platform certificates by serial, both at once.
import { createPublicKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export type Certificate = { serialNo: string; key: KeyObject; validFrom: Date; validTo: Date };

/** Reads an RSA certificate; its serial is upper-case hex with a leading zero kept. Null when it is none. */
export function readCertificate(pem: string): Certificate | null {
  try {
    const x509 = new X509Certificate(pem);
    if (x509.publicKey.asymmetricKeyType !== 'rsa') return null;
    return {
      serialNo: x509.serialNumber.toUpperCase(),
      key: x509.publicKey,
      validFrom: x509.validFromDate,
      validTo: x509.validToDate,
    };
  } catch {
    return null;
  }
}

/** Reads an RSA public key in PEM; null when it is none. */
export function readPublicKey(pem: string): KeyObject | null {
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === 'rsa' ? key : null;
  } catch {
    return null;
  }
}

export const PUBLIC_KEY_ID = /^PUB_KEY_ID_\d+$/;
export const CERTIFICATE_SERIAL = /^[0-9A-F]{8,40}$/;

export type KeyBook = ReturnType<typeof createKeyBook>;

/**
 * A key is found by the exact id that WeChat names, or not at all: there is no "any key will do".
 * All certificates that have not expired stay, because during a rotation either may sign.
 */
export function createKeyBook(now: () => Date) {
  const publicKeys = new Map<string, KeyObject>();
  const certificates = new Map<string, Certificate>();

  function live(): Certificate[] {
    for (const [serial, held] of certificates) {
      if (held.validTo.getTime() <= now().getTime()) certificates.delete(serial);
    }
    return [...certificates.values()];
  }

  return {
    addPublicKey(id: string, key: KeyObject): void {
      publicKeys.set(id, key);
    },
    addCertificate(certificate: Certificate): void {
      certificates.set(certificate.serialNo, certificate);
    },
    find(id: string): KeyObject | null {
      return publicKeys.get(id) ?? live().find((held) => held.serialNo === id)?.key ?? null;
    },
    /** The key to encrypt with: the public key, else the certificate that took effect last. */
    forEncryption(): { id: string; key: KeyObject } | null {
      const [first] = publicKeys;
      if (first) return { id: first[0], key: first[1] };
      const effective = live().filter((held) => held.validFrom.getTime() <= now().getTime());
      const [newest] = effective.toSorted((a, b) => b.validFrom.getTime() - a.validFrom.getTime());
      return newest ? { id: newest.serialNo, key: newest.key } : null;
    },
    publicKeyId(): string | null {
      return publicKeys.keys().next().value ?? null;
    },
    ids(): string[] {
      return [...publicKeys.keys(), ...live().map((held) => held.serialNo)];
    },
  };
}
