/** Words for runs and spans: times, tokens, costs, where they come from. */

import { count, money, seconds } from '../core/dom';
import type { RunRow } from './rows';

const KINDS: Record<string, string> = { run: 'run of', chat: 'model call', tool: 'tool', wait: '' };
export const MARKS: Record<string, string> = { ok: 'ok', error: 'error', rejected: 'rejected', cancelled: 'cancelled', paused: 'pending' };

/** What a span is, and of what. */
export const named = ({ kind, name }: { kind: string; name: string }): string => `${KINDS[kind] ?? kind} ${name}`.trim();

export const tokens = (input: number | null, output: number | null): string => (input === null && output === null ? '' : `${count(input ?? 0)} → ${count(output ?? 0)}`);

/** Dollars; what this machine did itself has no price. */
export const cost = (dollars: number | null, local: boolean): string => (local ? 'local' : dollars === null ? 'cost unknown' : money(dollars, ''));

/** What a run cost; nothing for one that came to nothing. */
export function runCost(run: RunRow): string {
  return run.status === 'running' || (run.cost === 0 && !run.input && !run.output) ? '' : cost(run.cost, run.local);
}

/** When: the time, before today with the day. */
export function moment(at: number, now = Date.now() / 1000): string {
  const [then, today] = [new Date(at * 1000), new Date(now * 1000)];
  const time = then.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  if (then.toDateString() === today.toDateString()) return time;
  const year = then.getFullYear() === today.getFullYear() ? undefined : 'numeric';
  return `${then.toLocaleDateString([], { day: 'numeric', month: 'short', year })} ${time.replace(/:\d\d(?=\D*$)/, '')}`;
}

/** A time on an axis whose marks are `step` apart. */
export function tickWords(at: number, step: number): string {
  if (at === 0) return '0';
  const [value, unit, size] = at >= 1 ? [at, 's', step] : step < 1e-3 ? [at * 1e6, 'µs', step * 1e6] : step < 1 ? [at * 1e3, 'ms', step * 1e3] : [at, 's', step];
  const digits = Math.max(0, -Math.floor(Math.log10(size) + 1e-9));
  if (unit === 's' && step >= 60) return seconds(at);
  return `${value.toLocaleString('en-US', { maximumFractionDigits: digits })} ${unit}`;
}

/** A notebook by its file's name. */
export const fileName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;
