// The doors of points.
import { getPoints, listPointMoves } from '@jishi/contract';
import type { Db } from '../../platform/db.ts';
import type { Door } from '../../platform/http.ts';
import type { Points } from './points.ts';

export function bindPoints(door: Door, points: Points, db: Db): void {
  door.handle(getPoints, ({ buyer }) => points.mine(buyer));
  door.handle(listPointMoves, ({ buyer }, input) => points.history(db, buyer.id, input));
}
