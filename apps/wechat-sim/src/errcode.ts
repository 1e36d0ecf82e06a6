// How api.weixin.qq.com is called and how it refuses: a query, a JSON body, and an errcode in a 200.
import type { Ground } from './ground.ts';
import type { AccessToken } from './world.ts';

export type Call = { method: string; query: URLSearchParams; body: Record<string, unknown> | null };
export type Told = Record<string, unknown>;

/** A refusal in this host's words. */
export class Errcode extends Error {
  readonly errcode: number;
  constructor(errcode: number, message: string) {
    super(message);
    this.name = 'Errcode';
    this.errcode = errcode;
  }
}

export function requireToken(
  ground: Ground,
  call: Call,
  kinds: AccessToken['kind'][] = ['stable', 'classic'],
): AccessToken {
  const text = call.query.get('access_token');
  if (text === null || text === '') throw new Errcode(41001, 'access_token missing');
  const token = ground.world.tokens.get(text);
  if (token === undefined || !kinds.includes(token.kind))
    throw new Errcode(40001, 'invalid credential, access_token is invalid or not latest');
  if (token.until <= ground.clock.now()) throw new Errcode(42001, 'access_token expired');
  return token;
}
