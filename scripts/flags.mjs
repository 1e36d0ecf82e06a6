// How Node itself is set for the server, wherever it is started: `npm start`, `npm run serve` and the bench say the same.

/** @type {readonly string[]} */
export const serverFlags = [];
