// A form's problems: found by the contract's own schema before sending, and by the server after it.
import { ApiError, type Endpoint } from '@jishi/contract';
import { ElMessage } from 'element-plus';
import { reactive } from 'vue';
import { tell } from './act.ts';

type Issue = ReturnType<Endpoint['input']['safeParse']>['error'] extends { issues: (infer I)[] } | undefined
  ? I
  : never;

/** The sentence for one problem. Our own sentences in the contract are Chinese; the rest is said here. */
export function issueText(issue: Issue): string {
  if (/[\u4E00-\u9FFF]/.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'too_small':
      if (issue.origin === 'string') return Number(issue.minimum) <= 1 ? '请填写此项' : `至少 ${issue.minimum} 个字`;
      if (issue.origin === 'array') return `至少选择 ${issue.minimum} 项`;
      return `不能小于 ${issue.minimum}`;
    case 'too_big':
      if (issue.origin === 'string') return `最多 ${issue.maximum} 个字`;
      if (issue.origin === 'array') return `最多 ${issue.maximum} 项`;
      return `不能大于 ${issue.maximum}`;
    case 'invalid_type':
      return issue.expected === 'number' || issue.expected === 'int' ? '请填写正确的数字' : '请填写此项';
    case 'invalid_value':
    case 'invalid_union':
      return '请填写此项';
    default:
      return '格式不正确';
  }
}

export function useProblems() {
  const problems = reactive<Record<string, string>>({});

  function clear(): void {
    for (const path of Object.keys(problems)) delete problems[path];
  }

  /** Checks what is about to be sent; false when something has to be corrected first. */
  function check<E extends Endpoint>(endpoint: E, input: unknown): boolean {
    clear();
    const result = endpoint.input.safeParse(input);
    if (result.success) return true;
    for (const issue of result.error.issues) problems[issue.path.join('.')] ??= issueText(issue);
    ElMessage.warning({ message: '请检查标出的内容', grouping: true });
    return false;
  }

  /** Shows a refusal at its field when the server named one, else as a message. */
  function take(error: unknown): void {
    if (error instanceof ApiError && error.field) problems[error.field] = error.message;
    tell(error);
  }

  /** The problem of a field, for `<el-form-item :error>`. */
  function at(path: string): string {
    return problems[path] ?? '';
  }

  return { problems, check, take, at, clear };
}
