// One act on many rows: one after the other, and at the end what worked and what did not, with the reason.
import { ApiError } from '@jishi/contract';
import { ElMessage, ElNotification } from 'element-plus';
import { ref } from 'vue';

const TOLD_MAX = 5;

export function useBatch() {
  const busy = ref(false);
  /** "3 / 20" while it runs. */
  const progress = ref('');

  /** Answers the rows that worked. One refusal does not stop the rest; an ended session does. */
  async function run<Row>(
    rows: readonly Row[],
    work: (row: Row) => Promise<unknown>,
    words: { done: string; nameOf: (row: Row) => string },
  ): Promise<Row[]> {
    if (busy.value) return [];
    busy.value = true;
    const worked: Row[] = [];
    const refused: string[] = [];
    try {
      for (const row of rows) {
        progress.value = `${worked.length + refused.length + 1} / ${rows.length}`;
        try {
          await work(row);
          worked.push(row);
        } catch (error) {
          if (!(error instanceof ApiError) || error.code === 'staff.not_signed_in') throw error;
          refused.push(`${words.nameOf(row)}：${error.message}`);
        }
      }
    } finally {
      busy.value = false;
      progress.value = '';
    }
    report(words.done, worked.length, refused);
    return worked;
  }
  return { busy, progress, run };
}

function report(done: string, worked: number, refused: readonly string[]): void {
  if (refused.length === 0) return void ElMessage.success(`${done} ${worked} 项`);
  const more = refused.length > TOLD_MAX ? [`… 等 ${refused.length} 项`] : [];
  ElNotification({
    type: worked > 0 ? 'warning' : 'error',
    title: `${done} ${worked} 项，${refused.length} 项未完成`,
    message: [...refused.slice(0, TOLD_MAX), ...more].join('；'),
    duration: 0,
  });
}
