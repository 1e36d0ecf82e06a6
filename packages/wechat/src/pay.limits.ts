// What WeChat publishes about the form of numbers, amounts and texts; checked before anything is sent.

export const OUT_TRADE_NO = /^[0-9A-Za-z_\-|*]{6,32}$/;
export const TRANSACTION_ID = /^[0-9A-Za-z]{1,32}$/;

/** A whole number of fen, at least one. */
export function isFen(amount: number): boolean {
  return Number.isSafeInteger(amount) && amount >= 1;
}

export function between(text: string, least: number, most: number): boolean {
  return text.length >= least && text.length <= most;
}
