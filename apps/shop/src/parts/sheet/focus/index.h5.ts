// While a sheet is open, the keyboard stays in it; Escape closes it, and the focus goes back to where it came from.

const REACHED = 'input, textarea, button, [tabindex="0"]';

export function holdFocus(id: string, close: () => void): () => void {
  const from = document.activeElement;
  const panel = () => document.getElementById(id);
  panel()?.setAttribute('tabindex', '-1');
  panel()?.setAttribute('aria-modal', 'true');
  // Without sliding the page: the panel is still on its way up.
  panel()?.focus({ preventScroll: true });
  function press(event: KeyboardEvent) {
    if (event.key === 'Escape') close();
    if (event.key !== 'Tab') return;
    const stops = [...(panel()?.querySelectorAll<HTMLElement>(REACHED) ?? [])].filter((one) => one.offsetWidth > 0);
    const [first] = stops;
    const last = stops.at(-1);
    if (first === undefined || last === undefined) return;
    const at = document.activeElement;
    const isOutside = !panel()?.contains(at) || at === panel();
    if (event.shiftKey ? at === first || isOutside : at === last || isOutside) {
      event.preventDefault();
      (event.shiftKey ? last : first).focus();
    }
  }
  document.addEventListener('keydown', press);
  return () => {
    document.removeEventListener('keydown', press);
    if (from instanceof HTMLElement && from.isConnected) from.focus({ preventScroll: true });
  };
}
