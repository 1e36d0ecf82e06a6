// Platform certificates: downloaded, opened with the APIv3 key, checked against their own serial, refreshed sparingly.
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { openSealed } from './aes.ts';
import type { Exchange } from './exchange.ts';
import { CERTIFICATE_SERIAL, readCertificate } from './keys.ts';
import type { Certificate, KeyBook } from './keys.ts';
import type { Outcome, Refused, Unknown } from './outcome.ts';
import { parseJson } from './transport.ts';

export type PlatformCertificate = { serialNo: string; effectiveTime: Date; expireTime: Date };

const CertificatesWire = z.looseObject({
  data: z.array(
    z.looseObject({
      serial_no: z.string(),
      encrypt_certificate: z.looseObject({
        algorithm: z.literal('AEAD_AES_256_GCM'),
        nonce: z.string(),
        associated_data: z.string().nullish(),
        ciphertext: z.string(),
      }),
    }),
  ),
});

/**
 * Opens the answer of GET /v3/certificates. Null when anything in it cannot be opened, is no certificate, or carries
 * another serial than it is announced with: half an answer is not a base for trust.
 */
export function openCertificates(answer: unknown, apiV3Key: KeyObject): Certificate[] | null {
  const read = CertificatesWire.safeParse(answer);
  if (!read.success) return null;
  const opened: Certificate[] = [];
  for (const { serial_no: serialNo, encrypt_certificate: sealed } of read.data.data) {
    const pem = openSealed(apiV3Key, { ...sealed, associatedData: sealed.associated_data });
    const certificate = pem === null ? null : readCertificate(pem);
    if (certificate?.serialNo !== serialNo) return null;
    opened.push(certificate);
  }
  return opened;
}

/** Worth its own answer: it is the commonest mistake when a merchant is set up. */
function wrongApiV3Key(seen: Unknown): Refused {
  const message = 'the certificates do not open with this APIv3 key, or are not the ones they are announced as';
  return {
    outcome: 'refused',
    kind: 'config',
    status: 200,
    code: 'LOCAL_APIV3_KEY',
    message,
    requestId: seen.requestId,
  };
}

export type CertificateKeeper = {
  refresh(): Promise<Outcome<PlatformCertificate[]>>;
  /** Knows the key, or asks WeChat once for new certificates if the rate allows it. */
  findKey(serial: string): Promise<KeyObject | null>;
};

export function createCertificateKeeper(deps: {
  exchange: Exchange;
  keys: KeyBook;
  apiV3Key: KeyObject;
  now: () => Date;
  refreshMinutes: number;
}): CertificateKeeper {
  const { keys } = deps;
  let inFlight: Promise<Outcome<PlatformCertificate[]>> | null = null;
  let lastTriedAt: number | null = null;

  async function download(): Promise<Outcome<PlatformCertificate[]>> {
    let unopened = false;
    // The first download has no key to be verified with but those it brings; only the APIv3 key could seal them.
    const brought = (serial: string, body: Buffer): KeyObject | null => {
      const opened = openCertificates(parseJson(body.toString('utf8')), deps.apiV3Key);
      unopened = opened === null;
      return opened?.find((it) => it.serialNo === serial && it.validTo > deps.now())?.key ?? null;
    };
    const outcome = await deps.exchange<Certificate[]>({
      endpoint: 'GET /v3/certificates',
      method: 'GET',
      target: '/v3/certificates',
      answer: z.unknown().transform((answer, ctx) => {
        const opened = openCertificates(answer, deps.apiV3Key);
        if (opened !== null) return opened;
        ctx.addIssue({ code: 'custom', message: 'certificates do not open' });
        return z.NEVER;
      }),
      repeat: 'always',
      hides429: false,
      findKey: (serial, body) => brought(serial, body) ?? keys.find(serial),
    });
    if (unopened && outcome.outcome === 'unknown') return wrongApiV3Key(outcome);
    if (outcome.outcome !== 'ok') return outcome;
    for (const certificate of outcome.value) keys.addCertificate(certificate);
    const value = outcome.value.map(({ serialNo, validFrom, validTo }) => ({
      serialNo,
      effectiveTime: validFrom,
      expireTime: validTo,
    }));
    return { ...outcome, value };
  }

  function refresh(): Promise<Outcome<PlatformCertificate[]>> {
    lastTriedAt = deps.now().getTime();
    inFlight ??= download().finally(() => (inFlight = null));
    return inFlight;
  }

  return {
    refresh,
    async findKey(serial) {
      const known = keys.find(serial);
      // Public keys cannot be downloaded, and strangers may write anything into a header.
      if (known !== null || !CERTIFICATE_SERIAL.test(serial)) return known;
      const tooSoon = lastTriedAt !== null && deps.now().getTime() - lastTriedAt < deps.refreshMinutes * 60_000;
      if (inFlight === null && tooSoon) return null;
      await (inFlight ?? refresh());
      return keys.find(serial);
    },
  };
}
