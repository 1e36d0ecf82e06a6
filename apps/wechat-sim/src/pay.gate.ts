// The checks that every pay request passes, in WeChat's order (wechat.md 14), before anybody looks at its body.
import { minuteMs } from './clock.ts';
import { parseAuthorization, requestMessage, rsaVerify, type AuthorizationFields } from './crypto.ts';
import type { Ground } from './ground.ts';
import { invalidRequest, PayRefusal } from './refusal.ts';

export type PayRequest = {
  method: string;
  /** The raw request target, exactly as it came over the wire. */
  target: string;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
};

export type PayGate = {
  /** The fields of a request that is allowed in. Throws a PayRefusal otherwise. */
  admit(request: PayRequest, rules: { needsAgent: boolean; mchMissingStatus: 400 | 404 }): AuthorizationFields;
  forgetNonces(): void;
};

const windowMs = 5 * minuteMs;
const noncesMax = 200_000;

export function createPayGate(ground: Ground): PayGate {
  // Insertion order is time order, so the oldest are found at the front.
  const nonces = new Map<string, number>();

  function refuseReplay(nonce: string, now: number): void {
    for (const [old, at] of nonces) {
      if (Math.abs(now - at) <= 2 * windowMs && nonces.size <= noncesMax) break;
      nonces.delete(old);
    }
    if (nonces.has(nonce)) throw signError('nonce_str重复，疑似重放请求', 'nonce_str');
    nonces.set(nonce, now);
  }

  function admit(
    request: PayRequest,
    rules: { needsAgent: boolean; mchMissingStatus: 400 | 404 },
  ): AuthorizationFields {
    const { clock, merchant, platform } = ground;
    if (rules.needsAgent && (header(request, 'user-agent') === '' || header(request, 'accept') === ''))
      throw invalidRequest('Http头缺少Accept或User-Agent');
    const fields = parseAuthorization(header(request, 'authorization'));
    if (typeof fields === 'string') throw signError(fields, 'authorization');
    if (fields.mchid !== merchant.mchid) throw new PayRefusal(rules.mchMissingStatus, 'MCH_NOT_EXISTS', '商户号不存在');
    if (fields.serial_no !== merchant.merchantSerialNo)
      throw signError('商户证书序列号有误，请使用签名私钥匹配的证书序列号', 'serial_no');
    const now = clock.now();
    if (platform.merchantCertificateExpiresAt < now) throw signError('商户证书已过期', 'serial_no');
    if (Math.abs(now - Number(fields.timestamp) * 1000) > windowMs)
      throw signError('Http头Authorization中的timestamp与发起请求的时间不得超过5分钟', 'timestamp');
    const message = requestMessage({
      method: request.method,
      target: request.target,
      timestamp: fields.timestamp,
      nonce: fields.nonce_str,
      body: request.body,
    });
    if (!rsaVerify(platform.merchantKey, message, fields.signature)) throw wrongSignature(request, message);
    refuseReplay(fields.nonce_str, now);
    return fields;
  }

  return { admit, forgetNonces: () => nonces.clear() };
}

export function header(request: PayRequest, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}

function signError(message: string, field: string): PayRefusal {
  return new PayRefusal(401, 'SIGN_ERROR', message, { field, location: 'authorization' });
}

/** Tells the length and the beginning of what was verified: shows at once whether the body was signed. */
function wrongSignature(request: PayRequest, message: Buffer): PayRefusal {
  return new PayRefusal(401, 'SIGN_ERROR', '错误的签名，验签失败', {
    detail: { issue: 'sign not match' },
    field: 'signature',
    location: 'authorization',
    sign_information: {
      method: request.method,
      sign_message_length: message.length,
      truncated_sign_message: message.toString('utf8').slice(0, 256),
      url: request.target,
    },
  });
}
