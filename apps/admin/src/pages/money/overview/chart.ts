// What the chart of money is told: bars for what came and went home, a line for what was earned.
import { yuan, type getMoneyOverview, type Got } from '@jishi/contract';
import type { EChartsCoreOption } from 'echarts/core';

export type Board = Got<typeof getMoneyOverview>;

const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const exact = (value: unknown) => yuan(Math.round(Number(value) * 100));
const short = (value: number) => (Math.abs(value) >= 10_000 ? `${value / 10_000} 万` : String(value));

export function optionsOf(days: Board['days']): EChartsCoreOption {
  const muted = colour('--el-text-color-secondary');
  const tooltip = { valueFormatter: exact };
  const bar = { type: 'bar', barMaxWidth: 18, itemStyle: { borderRadius: [3, 3, 0, 0] }, tooltip };
  // The axis counts yuan; the tip shows the exact amount.
  const yuanOf = (key: 'receivedFen' | 'refundedFen' | 'incomeFen') => days.map((day) => day[key] / 100);
  return {
    color: [colour('--bar'), colour('--el-color-danger-light-5'), colour('--el-color-primary')],
    animationDuration: 300,
    grid: { left: 8, right: 8, top: 40, bottom: 4, containLabel: true },
    legend: { top: 0, right: 0, itemWidth: 14, itemHeight: 8, textStyle: { color: colour('--el-text-color-regular') } },
    tooltip: {
      trigger: 'axis',
      backgroundColor: colour('--surface'),
      borderColor: colour('--el-border-color-light'),
      textStyle: { color: colour('--el-text-color-primary') },
    },
    xAxis: {
      type: 'category',
      data: days.map(({ day }) => day.slice(5)),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: muted },
    },
    yAxis: {
      type: 'value',
      axisLabel: { color: muted, formatter: short },
      splitLine: { lineStyle: { color: colour('--el-border-color-lighter') } },
    },
    series: [
      { ...bar, name: '收款', data: yuanOf('receivedFen') },
      { ...bar, name: '退款', data: yuanOf('refundedFen') },
      {
        type: 'line',
        name: '收入',
        smooth: 0.3,
        smoothMonotone: 'x',
        symbolSize: 6,
        data: yuanOf('incomeFen'),
        tooltip,
      },
    ],
  };
}
