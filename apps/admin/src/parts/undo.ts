// Done, and taken back with one click for as long as the note stands.
import { ElButton, ElMessage } from 'element-plus';
import { h } from 'vue';
import { tell } from './act.ts';

const STANDS_MS = 8000;

/** Says what was done and offers to take it back. */
export function undoable(done: string, undo: () => Promise<unknown>): void {
  const note = ElMessage({
    type: 'success',
    duration: STANDS_MS,
    showClose: true,
    message: h('span', { class: 'undo-note' }, [
      done,
      h(ElButton, { link: true, type: 'primary', onClick: back }, () => '撤销'),
    ]),
  });
  async function back(): Promise<void> {
    note.close();
    try {
      await undo();
      ElMessage.success('已撤销');
    } catch (error) {
      tell(error);
    }
  }
}
