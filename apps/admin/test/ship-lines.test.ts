// Lists of parcels as warehouses send them: from spreadsheets, from chats, with and without the carrier.
import { expect, test } from 'vitest';
import { carrierOf, readShipLines } from '../src/pages/trade/order/ship-lines.ts';

const NO = '26112109301512345678';

test('a line is read whether cells are parted by tabs, commas or spaces, and numbers come quoted', () => {
  for (const text of [
    `${NO}\t顺丰速运\tSF1234567`,
    `${NO}，顺丰,SF1234567`,
    `="${NO}"\tsf\t"SF1234567"`,
    `${NO} SF SF1234567`,
  ]) {
    const [read] = readShipLines(text, '');
    expect(read, text).toMatchObject({ problem: '', line: { orderNo: NO, carrier: 'SF', trackingNo: 'SF1234567' } });
  }
});

test('empty lines and the head of a spreadsheet are left out; every other line keeps its place', () => {
  const read = readShipLines(`订单号\t快递公司\t运单号\n\n${NO}\t中通\tZT7654321\nabc`, '');
  expect(read.map((one) => [one.at, one.problem])).toEqual([
    [3, ''],
    [4, '第一列不是 20 位订单号'],
  ]);
});

test('without a carrier the usual one is meant; what nobody knows is said', () => {
  expect(readShipLines(`${NO} 773012345`, 'YTO')[0]?.line?.carrier).toBe('YTO');
  expect(readShipLines(`${NO} 773012345`, '')[0]?.problem).toBe('没有写快递公司');
  expect(readShipLines(`${NO} 飞毛腿 773012345`, 'YTO')[0]?.problem).toBe('不认识的快递公司「飞毛腿」');
  expect(readShipLines(`${NO} 顺丰`, 'SF')[0]?.problem).toContain('缺少运单号');
});

test('carriers are known by code, full name or the way people say it', () => {
  expect(['顺丰', '圆通快递', 'jd', '京东', 'EMS', '邮政 EMS', '极兔'].map(carrierOf)).toEqual([
    'SF',
    'YTO',
    'JD',
    'JD',
    'EMS',
    'EMS',
    'JTSD',
  ]);
  expect(carrierOf('')).toBeUndefined();
});
