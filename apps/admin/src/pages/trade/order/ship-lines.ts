// A pasted list of parcels: one line per order with its number, the carrier as people write it, and the tracking number.
import { CARRIERS, TrackingNo, type CarrierCode } from '@jishi/contract';

export type ShipLine = { orderNo: string; carrier: CarrierCode; trackingNo: string };
export type ReadLine = { at: number; text: string; line: ShipLine | null; problem: string };

const CARRIER_LIST = Object.entries(CARRIERS) as [CarrierCode, string][];

/** 顺丰, 顺丰速运, sf: all the same carrier. */
export function carrierOf(words: string): CarrierCode | undefined {
  const said = words.replaceAll(/[\s()（）]/g, '').toUpperCase();
  if (said === '') return undefined;
  const named = CARRIER_LIST.map(([code, name]) => [code, name.replaceAll(' ', '').toUpperCase()] as const);
  const found =
    named.find(([code, name]) => code === said || name === said) ??
    named.find(([, name]) => said.length > 1 && (name.startsWith(said) || said.startsWith(name.slice(0, 2))));
  return found?.[0];
}

/** Spreadsheets part cells by tabs, people by commas or spaces; long numbers often come as ="...". */
const cellsOf = (text: string) =>
  text
    .split(/[\t,，;；|]+|\s+/)
    .map((cell) => cell.replaceAll(/^[="']+|["']+$/g, '').trim())
    .filter(Boolean);

/** Every line that is not empty, read or with the reason why not. Without a carrier the usual one is meant. */
export function readShipLines(pasted: string, usual: CarrierCode | ''): ReadLine[] {
  return pasted.split(/\r?\n/).flatMap((raw, index): ReadLine[] => {
    const text = raw.trim();
    const cells = cellsOf(text);
    // The head of a spreadsheet is no order.
    if (cells.length === 0 || (index === 0 && /订单/.test(text) && !/\d{20}/.test(text))) return [];
    const wrong = (problem: string) => [{ at: index + 1, text, line: null, problem }];
    const [orderNo = '', ...rest] = cells;
    if (!/^\d{20}$/.test(orderNo)) return wrong('第一列不是 20 位订单号');
    const trackingNo = rest.at(-1) ?? '';
    if (!TrackingNo.safeParse(trackingNo).success || !/\d/.test(trackingNo)) return wrong('缺少运单号，或格式不正确');
    const words = rest.slice(0, -1).join('');
    const carrier = words === '' ? usual : carrierOf(words);
    if (!carrier) return wrong(words === '' ? '没有写快递公司' : `不认识的快递公司「${words}」`);
    return [{ at: index + 1, text, line: { orderNo, carrier, trackingNo }, problem: '' }];
  });
}
