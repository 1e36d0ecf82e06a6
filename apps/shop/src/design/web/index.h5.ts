// The part of the look that only browsers need, and a voice for notes that slide over the screen.
import './index.h5.scss';

let voice: HTMLElement | null = null;

/** Reads a note out to those who cannot see it. */
export function announce(text: string) {
  if (voice === null) {
    voice = document.createElement('div');
    voice.setAttribute('role', 'status');
    voice.setAttribute('aria-live', 'polite');
    voice.className = 'unseen';
    document.body.append(voice);
  }
  voice.textContent = text;
}
