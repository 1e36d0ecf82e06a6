// The calendar of a month: the days that were signed in, the row of days, and today's button.
import { getSignIn, signIn, type Got } from '@jishi/contract';
import { View } from '@tarojs/components';
import { useState } from 'react';
import { api } from '@/api';
import { note, praise } from '@/bridge/say';
import { Button } from '@/parts/button';
import { Tap } from '@/parts/tap';
import { asProblem, useAsk } from '@/session/ask';

type Month = Got<typeof getSignIn>;
const WEEK = ['一', '二', '三', '四', '五', '六', '日'];

/** The month before or after, as yyyy-mm. */
function monthBeside(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const at = year * 12 + number - 1 + by;
  return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`;
}

/** The days of a month in weeks that begin on Monday; null where another month lies. */
function gridOf(month: string): (string | null)[] {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const lead = (new Date(Date.UTC(year, number - 1, 1)).getUTCDay() + 6) % 7;
  const count = new Date(Date.UTC(year, number, 0)).getUTCDate();
  const days = Array.from({ length: count }, (_, at) => `${month}-${String(at + 1).padStart(2, '0')}`);
  return [...Array.from({ length: lead }, () => null), ...days];
}

export function SignInCard({ onEarned }: { onEarned: () => void }) {
  const [month, setMonth] = useState<string | null>(null);
  const asked = useAsk(`sign-in ${month ?? ''}`, () => api(getSignIn, month === null ? {} : { month }), { keep: true });
  const [busy, setBusy] = useState(false);
  const value = asked.value;
  if (value === null) return null;

  async function submit() {
    setBusy(true);
    try {
      const done = await api(signIn, {});
      praise(done.earned > 0 ? `签到成功，+${done.earned} 积分` : '今天已经签到');
      setMonth(null);
      await asked.reload();
      onEarned();
    } catch (thrown) {
      note(asProblem(thrown).message);
    } finally {
      setBusy(false);
    }
  }

  return (
    <View className="card">
      <View className="row-between">
        <View>
          <View className="heading">每日签到</View>
          <View className="muted">{rowText(value)}</View>
        </View>
        <Button size="s" busy={busy} disabled={value.isSignedToday} onTap={() => void submit()}>
          {value.isSignedToday ? '今日已签' : '签到'}
        </Button>
      </View>
      <Calendar value={value} onMonth={setMonth} />
    </View>
  );
}

function rowText({ streak, toBonus }: Month): string {
  if (streak === 0) return `连续签到 ${toBonus} 天有额外奖励`;
  return `已连续签到 ${streak} 天，再签 ${toBonus} 天有额外奖励`;
}

function Calendar({ value, onMonth }: { value: Month; onMonth: (month: string) => void }) {
  const { month, today } = value;
  const signed = new Set(value.days);
  const isLast = month >= today.slice(0, 7);
  const [year, number] = month.split('-');
  return (
    <View className="calendar">
      <View className="row-between calendar-head">
        <Tap className="calendar-turn" label="上个月" onTap={() => onMonth(monthBeside(month, -1))}>
          ‹
        </Tap>
        <View className="num">
          {year} 年 {Number(number)} 月
        </View>
        <Tap className="calendar-turn" label="下个月" isOff={isLast} onTap={() => onMonth(monthBeside(month, 1))}>
          ›
        </Tap>
      </View>
      <View className="calendar-grid">
        {WEEK.map((name) => (
          <View key={name} className="muted calendar-name">
            {name}
          </View>
        ))}
        {gridOf(month).map((day, at) => {
          const look = day === null ? '' : signed.has(day) ? ' calendar-on' : day === today ? ' calendar-today' : '';
          return (
            <View key={day ?? `blank-${at}`} className={`num calendar-day${look}`}>
              {day === null ? '' : Number(day.slice(8))}
            </View>
          );
        })}
      </View>
    </View>
  );
}
