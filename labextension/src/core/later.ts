/** Decisions on a saved run that waits: the view says them to the page, and whatever can run cells there carries the run on. */

import type { Decision } from './approval';
import { compact, fault } from './json';

/** The event in which a view says a decision; its detail is what a live view sends to the kernel. */
export const DECIDED = 'nbagent:decided';
/** The event in which the page says that a decision was not taken: its detail has `call_id` and `why`. */
export const REFUSED = 'nbagent:refused';
const LISTENING = Symbol.for('nbagent.decisions-are-heard');
const page = globalThis as unknown as Record<symbol, boolean | undefined>;

/** Say, once, that there is a listener. Without one a saved run shows no buttons. */
export const listen = (): void => {
  page[LISTENING] = true;
};

export const heard = (): boolean => page[LISTENING] === true;

const ID = /^[\w.:-]{1,128}$/;

/** The cell that carries a run on with a decision, or null for a message that is none. Nothing in it is a template (--raw). */
export function resuming(message: unknown): string | null {
  const { run_id, call_id, digest, decision } = (message ?? {}) as { run_id?: string; call_id?: string; digest?: string; decision?: Decision };
  if (!/^[0-9a-f]{32}$/.test(run_id ?? '') || !ID.test(call_id ?? '') || !/^[0-9a-f]{16}$/.test(digest ?? '')) return null;
  const said = decision === true ? 'yes' : spoken(decision);
  return said === null ? null : `%agent --raw --resume ${run_id!.slice(0, 8)} --decide ${call_id}@${digest} ${said}`;
}

function spoken(decision: Decision | undefined): string | null {
  if (typeof decision !== 'object' || decision === null) return null;
  if ('approve' in decision) return decision.approve === 'session' || decision.approve === 'always' ? decision.approve : null;
  if ('reason' in decision) return decision.reason ? word(JSON.stringify({ reason: decision.reason })) : 'no';
  return fault(decision.arguments) === null ? word(`{"arguments":${compact(decision.arguments)}}`) : null;
}

/** JSON on one line as one word of a magic's line, in double quotes. */
const word = (json: string): string => `"${json.replace(/[\\"]/g, character => `\\${character}`)}"`;
