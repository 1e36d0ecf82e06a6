// What the pretend WeChat remembers.

/** A control verb or page was asked for something impossible: an unknown number, a paid order paid again. */
export class SimRefusal extends Error {
  readonly status: number;
  constructor(message: string, status = 409) {
    super(message);
    this.name = 'SimRefusal';
    this.status = status;
  }
}
