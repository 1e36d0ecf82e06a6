// Tells processes apart for longer than their numbers live.
import fs from 'node:fs';
import { codeOf } from './refusal.mjs';

/** @param {number} pid @returns {boolean} */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
  // A zombie answers, but is gone; its parent merely has not looked yet.
  return statOf(pid)?.[0] !== 'Z';
}

/**
 * Process numbers are used again; the moment of birth (in ticks since boot) is not.
 * @param {number} pid @returns {string | null} null where there is no /proc
 */
export function birthOf(pid) {
  return statOf(pid)?.[19] ?? null;
}

/** A process that can be written down and recognised later. @typedef {{ pid: number, born: string | null }} Identity */

/** @returns {Identity} */
export const ourselves = () => ({ pid: process.pid, born: birthOf(process.pid) });

/** @param {string} file @returns {Identity | undefined} who is written there, when it is still that process */
export function readIdentity(file) {
  try {
    const { pid, born } = JSON.parse(fs.readFileSync(file, 'utf8'));
    return isAlive(pid) && birthOf(pid) === born ? { pid, born } : undefined;
  } catch {
    return undefined;
  }
}

/** The fields after the name, which may itself hold spaces and brackets. @param {number} pid */
function statOf(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
