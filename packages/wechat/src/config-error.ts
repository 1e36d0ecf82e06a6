// The one exception of this package: a configuration that could never work, reported whole and without its values.

/** Lists every problem at once. Messages name settings, never their contents. */
export class WechatConfigError extends Error {
  override readonly name = 'WechatConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`WeChat configuration: ${problems.join('; ')}`);
    this.problems = problems;
  }
}
