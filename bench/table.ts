// The rows as one table in markdown, and the machine that they belong to.
import os from 'node:os';
import type { Row, Sizes } from './part.ts';

const HEAD = [
  '测量',
  '我们 次/秒',
  'p50 ms',
  'p99 ms',
  '对照',
  '对照 次/秒',
  '对照 p99',
  '比率',
  '目标',
  '查询/次',
  '备注',
];

export function tableOf(
  rows: readonly Row[],
  run: { sizes: Sizes; memory: { nowMb: number; peakMb: number } },
): string {
  const { sizes, memory } = run;
  const lines = [HEAD, HEAD.map(() => '---'), ...rows.map(cells)].map((cells) => `| ${cells.join(' | ')} |`);
  const cpu = os.cpus();
  const machine = `${cpu.length} 核 ${cpu[0]?.model.trim() ?? ''}，${Math.round(os.totalmem() / 2 ** 30)} GB，Node ${process.versions.node}`;
  const how = `${sizes.products} 件商品；每项 ${sizes.rounds} 轮 × ${sizes.seconds} 秒，与对照交替，取中位数`;
  const rss = `服务器内存（RSS）峰值 ${memory.peakMb.toFixed(0)} MB，结束时 ${memory.nowMb.toFixed(0)} MB（目标 < 250 MB${memory.peakMb < 250 ? ' ✓' : ' ✗'}）`;
  return [...lines, '', `- ${machine}`, `- ${how}`, `- ${rss}`].join('\n');
}

function cells(row: Row): string[] {
  const { ours, limit } = row;
  const mark = row.isMet === undefined ? '' : row.isMet ? ' ✓' : ' ✗';
  const notes = [ours.errors > 0 ? `**${ours.errors} 个错误**` : '', row.note ?? ''].filter((one) => one !== '');
  return [
    row.what,
    count(ours.perSecond),
    ms(ours.p50Ms),
    ms(ours.p99Ms),
    limit?.name ?? '',
    limit ? count(limit.load.perSecond) : '',
    limit ? ms(limit.load.p99Ms) : '',
    limit ? (ours.perSecond / limit.load.perSecond).toFixed(2) : '',
    row.aim === undefined ? '' : `${row.aim}${mark}`,
    row.queries === undefined ? '' : row.queries.toFixed(row.queries < 0.095 && row.queries > 0 ? 3 : 1),
    notes.join('；'),
  ];
}

const count = (value: number) => String(Math.round(value)).replaceAll(/\B(?=(\d{3})+$)/g, ' ');
/** Empty where one thing is done once and there is no request to time. */
const ms = (value: number) => (Number.isNaN(value) ? '' : value.toFixed(value < 10 ? 1 : 0));
