// Service tokens: what another program proves itself with. Given once, kept as a hash, taken back at once.
import { createHash, randomBytes } from 'node:crypto';
import { SERVICE_TOKENS_MAX } from '@jishi/contract';
import type {
  createServiceToken,
  Id,
  In,
  listServiceTokens,
  Out,
  revokeServiceToken,
  ServiceScope,
} from '@jishi/contract';
import { spanMs } from '../../platform/clock.ts';
import { dayBegins, dayLater } from '../../platform/days.ts';
import { fail } from '../../platform/fail.ts';
import type { Service, StaffSession } from '../../platform/http.ts';
import { newId } from '../../platform/ids.ts';
import * as store from './staff.services.store.ts';
import type { Asking, StaffRoom } from './staff.ts';

type View = Out<typeof revokeServiceToken>;

/** Tells tokens of ours from everything else, for people and for scanners of leaked secrets. */
const PREFIX = 'jst_';
const HINT = 4;
/** When a token was last used is known to the minute: a busy service must not write a row per call. */
const TOUCH_MS = spanMs({ minutes: 1 });

/** 256 random bits cannot be guessed, so a plain hash hides them well enough, whatever becomes of our other secrets. */
const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');

/** The guard of the service doors. Null when the token is not good. */
export async function service(room: StaffRoom, token: string): Promise<Service | null> {
  if (!token.startsWith(PREFIX)) return null;
  const now = room.clock.now();
  const row = await store.goodToken(room.db, hashOf(token), now);
  if (!row) return null;
  const before = new Date(now.getTime() - TOUCH_MS);
  if (row.last_used_at === null || row.last_used_at < before) await store.touch(room.db, row.id, now, before);
  return {
    tokenId: row.id as Id<'serviceToken'>,
    code: row.service,
    name: row.name,
    scopes: new Set(row.scopes as ServiceScope[]),
    expiresAt: row.expires_at,
  };
}

export async function tokens(room: StaffRoom): Promise<Out<typeof listServiceTokens>> {
  const rows = await store.tokens(room.db);
  return { items: rows.map((row) => view(row, room.clock.now())) };
}

export async function create(
  room: StaffRoom,
  who: StaffSession,
  input: In<typeof createServiceToken>,
  asking?: Asking,
): Promise<Out<typeof createServiceToken>> {
  const token = `${PREFIX}${randomBytes(32).toString('base64url')}`;
  const now = room.clock.now();
  const expiresAt = input.expiresOn === null ? null : dayBegins(dayLater(input.expiresOn, 1));
  if (expiresAt !== null && expiresAt <= now) fail('service_token.day_past', {}, 'expiresOn');
  const { service: code, name } = input;
  const scopes = [...new Set(input.scopes)].toSorted();
  const row = { id: newId<'serviceToken'>(), service: code, name, scopes, by: who.name, at: now, expiresAt };
  return room.db.tx(async (tx) => {
    await store.lockTokens(tx);
    if ((await store.countGood(tx, now)) >= SERVICE_TOKENS_MAX) {
      fail('service_token.too_many', { max: SERVICE_TOKENS_MAX });
    }
    const made = await store.insertToken(tx, { ...row, hash: hashOf(token), hint: token.slice(-HINT) });
    const after = { service: code, name, scopes, expiresAt, hint: made.hint };
    await room.audit(tx, who, { action: 'service_token.create', ...subject(row), after }, asking);
    return { token, item: view(made, now) };
  });
}

export async function revoke(
  room: StaffRoom,
  who: StaffSession,
  input: In<typeof revokeServiceToken>,
  asking?: Asking,
): Promise<View> {
  const now = room.clock.now();
  return room.db.tx(async (tx) => {
    const row = (await store.lockToken(tx, input.tokenId)) ?? fail('service_token.not_found');
    if (row.revoked_at !== null) return view(row, now);
    await store.revoke(tx, row.id, now);
    const after = { service: row.service, hint: row.hint, reason: input.reason };
    await room.audit(tx, who, { action: 'service_token.revoke', ...subject(row), after }, asking);
    return view({ ...row, revoked_at: now }, now);
  });
}

const subject = ({ id, name }: { id: string; name: string }) => ({
  subjectKind: 'service_token',
  subjectId: id,
  name,
});

function view(row: store.TokenRow, now: Date): View {
  const isOver = row.expires_at !== null && row.expires_at <= now;
  return {
    id: row.id,
    service: row.service,
    name: row.name,
    scopes: row.scopes as ServiceScope[],
    hint: row.hint,
    state: row.revoked_at !== null ? 'revoked' : isOver ? 'expired' : 'active',
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  };
}
