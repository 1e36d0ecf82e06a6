// Acting on the server: one busy flag, a word of success, and every refusal told in its own sentence.
import { ApiError } from '@jishi/contract';
import { ElMessage, ElMessageBox } from 'element-plus';
import { ref } from 'vue';

/** Tells a person what went wrong. An ended session tells itself: the login page appears. */
export function tell(error: unknown): void {
  if (!(error instanceof ApiError)) {
    ElMessage.error('页面出了点问题，请刷新后重试');
    // Shown to a person above; thrown on to the browser's own error reporting, where developers look.
    globalThis.reportError(error);
    return;
  }
  if (error.code === 'staff.not_signed_in') return;
  const where = error.status >= 500 && error.requestId ? `（编号 ${error.requestId}）` : '';
  ElMessage.error({ message: error.message + where, grouping: true });
}

/** Runs one action at a time; `busy` drives the button. Answers whether it worked. */
export function useAct() {
  const busy = ref(false);
  async function act(work: () => Promise<unknown>, done = ''): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    try {
      await work();
      if (done) ElMessage.success(done);
      return true;
    } catch (error) {
      tell(error);
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { busy, act };
}

/** Asks before something that is not easily undone. */
export async function confirmed(title: string, message: string, yes = '确定'): Promise<boolean> {
  try {
    await ElMessageBox.confirm(message, title, {
      type: 'warning',
      confirmButtonText: yes,
      cancelButtonText: '取消',
      confirmButtonClass: 'el-button--danger',
      autofocus: false,
    });
    return true;
  } catch {
    return false;
  }
}
