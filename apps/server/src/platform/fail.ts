// Two ways to stop: `fail` for what a person may cause, `assert` for what can never happen.
import type { ErrorCode } from '@jishi/contract';

/** A refusal with a code of the closed list; the door turns it into the problem body of the contract. */
export class Failure extends Error {
  readonly code: ErrorCode;
  readonly details: Record<string, unknown>;
  readonly field: string | undefined;
  constructor(code: ErrorCode, details: Record<string, unknown> = {}, field?: string) {
    super(code);
    this.name = 'Failure';
    this.code = code;
    this.details = details;
    this.field = field;
  }
}

/** Refuses what a person asked for. `details` fill the placeholders of the code's Chinese text. */
export function fail(code: ErrorCode, details: Record<string, unknown> = {}, field?: string): never {
  throw new Failure(code, details, field);
}

/** A law of ours is broken: a bug or damaged rows. Answered with 500, counted and logged with its stack. */
export class BrokenLaw extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'BrokenLaw';
  }
}

export function assert(condition: unknown, why: string): asserts condition {
  if (!condition) throw new BrokenLaw(why);
}
