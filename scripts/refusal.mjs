// The one error of these scripts that a person reads: a clear Chinese sentence, no stack.

/** Something a person can put right. Whoever catches it prints the message alone and leaves with a code other than 0. */
export class Refusal extends Error {
  /** @param {string} message @param {ErrorOptions} [options] */
  constructor(message, options) {
    super(message, options);
    this.name = 'Refusal';
  }
}

/** @param {unknown} error @returns {string | undefined} the system's code of a failed call, such as ENOSPC */
export function codeOf(error) {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Turns what the file system refuses into a sentence; anything else passes through.
 * @param {unknown} error @param {string} place @returns {unknown}
 */
export function explainDisk(error, place) {
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new Refusal(`磁盘已满，写不进 ${place}。请腾出至少 1 GB 空间后重试。`, { cause: error });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new Refusal(`没有权限写入 ${place}。请检查目录的所有者和权限，或换一个可写的位置。`, { cause: error });
  }
  return error;
}
