// The mini-program needs nothing of the browsers' look.
export {};
