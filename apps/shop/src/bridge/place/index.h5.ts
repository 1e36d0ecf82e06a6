// Where the web shop lives: on the same origin as its server.
import type { PlaceBridge } from '../types.ts';

export const place: PlaceBridge = {
  name: 'h5',
  apiBase: '/api/v1',
  picture: (url) => url,
  address: (path) => window.location.origin + path,
  leave: (url) => window.location.assign(url),
};
