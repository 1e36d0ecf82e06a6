// The few colours that go to parts drawn by the phone itself, which know no style sheet: switches, dialogs, bars.
export const NATIVE = {
  brand: '#cb3d1a',
} as const;
