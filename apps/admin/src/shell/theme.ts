// Light or dark: a person's choice, else what their system says, and it follows when that changes.
import { computed, ref, watchEffect } from 'vue';
import { loadChoice, saveChoice } from '../parts/choice.ts';

export const THEMES = { light: '浅色', dark: '深色', system: '跟随系统' } as const;
export type Theme = keyof typeof THEMES;

const system = globalThis.matchMedia('(prefers-color-scheme: dark)');
const kept = loadChoice<unknown>('shell', 'theme', 'system');
const chosen = ref<Theme>(kept === 'light' || kept === 'dark' ? kept : 'system');
const isSystemDark = ref(system.matches);
system.addEventListener('change', (event) => (isSystemDark.value = event.matches));

/** What is drawn now; charts have colours of their own and listen to it. */
export const isDark = computed(() => chosen.value === 'dark' || (chosen.value === 'system' && isSystemDark.value));

export const theme = computed({
  get: () => chosen.value,
  set: (next: Theme) => {
    chosen.value = next;
    saveChoice('shell', 'theme', next);
  },
});

// The class is there before this file is: theme.js sets it for the first paint.
watchEffect(() => document.documentElement.classList.toggle('dark', isDark.value), { flush: 'sync' });
