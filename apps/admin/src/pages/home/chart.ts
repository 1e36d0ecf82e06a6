// What the chart of the last days is told: bars for orders, a line for turnover, in the colours of the page as they are now.
import { yuan } from '@jishi/contract';
import { topOf } from './axis.ts';
import type { Board } from './figures.ts';

type Days = Board['days'];

const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const shortCount = (value: number) => (value >= 10_000 ? `${value / 10_000} 万` : String(value));

function axis() {
  return {
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: colour('--el-text-color-secondary'), formatter: undefined as typeof shortCount | undefined },
    splitLine: { show: true, lineStyle: { color: colour('--el-border-color-lighter') } },
  };
}

function upTo(top: number, isRuled: boolean) {
  const { axisLabel, splitLine, ...rest } = axis();
  return {
    ...rest,
    type: 'value' as const,
    min: 0,
    max: top,
    interval: top / 4,
    axisLabel: { ...axisLabel, formatter: shortCount },
    splitLine: { ...splitLine, show: isRuled },
  };
}

function series(days: Days) {
  return [
    {
      type: 'bar',
      name: '订单数（左）',
      data: days.map(({ orders }) => orders),
      barMaxWidth: 22,
      itemStyle: { borderRadius: [4, 4, 0, 0] },
      tooltip: { valueFormatter: (value: unknown) => `${Number(value)} 单` },
    },
    {
      type: 'line',
      name: '成交额（元，右）',
      yAxisIndex: 1,
      smooth: 0.3,
      smoothMonotone: 'x',
      symbolSize: 6,
      // The axis counts yuan, the only place where a screen needs it as a number; the tip shows the exact amount.
      data: days.map(({ gmvFen }) => gmvFen / 100),
      tooltip: { valueFormatter: (value: unknown) => yuan(Math.round(Number(value) * 100)) },
    },
  ];
}

export function optionsOf(days: Days) {
  const most = (values: readonly number[]) => Math.max(0, ...values);
  return {
    color: [colour('--bar'), colour('--el-color-primary')],
    animationDuration: 300,
    grid: { left: 8, right: 8, top: 40, bottom: 4, containLabel: true },
    legend: { top: 0, right: 0, itemWidth: 14, itemHeight: 8, textStyle: { color: colour('--el-text-color-regular') } },
    tooltip: {
      trigger: 'axis',
      backgroundColor: colour('--surface'),
      borderColor: colour('--el-border-color-light'),
      textStyle: { color: colour('--el-text-color-primary') },
    },
    xAxis: { ...axis(), type: 'category', data: days.map(({ day }) => day.slice(5)) },
    yAxis: [
      upTo(topOf(most(days.map(({ orders }) => orders)), 4), true),
      upTo(topOf(most(days.map(({ gmvFen }) => gmvFen / 100)), 100), false),
    ],
    series: series(days),
  };
}
