/** A run as it comes to this page: its state, the number of the last message, and when what is under way began. */

import { readState } from './saved';
import { apply, emptyRun, UNDER_WAY, type Op, type RunState } from './state';

/** The event in which the page tells a view that the kernel of its run has ended. */
export const KERNEL_ENDED = 'nbagent:kernel-ended';
const ENDED = 'The kernel ended before this run did. What came is on this page only: run the cell again.';

export type Received = { what: 'ops'; ops: Op[] } | { what: 'state' } | { what: 'gap' } | { what: 'nothing' };

export class Run {
  seq: number;
  /** The highest number heard of, also in messages that could not be used. */
  private newest: number;
  /** `performance.now()` at the run's begin, and at each running call's, by its place. */
  begun: number;
  readonly calls = new Map<number, number>();
  /** The same of the waits before another attempt. */
  readonly waits = new Map<number, number>();

  constructor(public state: RunState = emptyRun(), seq = 0) {
    this.seq = this.newest = seq;
    this.begun = 0;
    this.clocks();
  }

  /** Whether something was missed that only the whole state can mend. */
  get behind(): boolean {
    return this.newest > this.seq;
  }

  /** Take in a message of the kernel. A gap changes nothing: whoever hears of it asks for the whole state. */
  receive(message: unknown): Received {
    const { t, seq, ops, state } = (message ?? {}) as { t?: string; seq?: number; ops?: Op[]; state?: unknown };
    if (typeof seq !== 'number') return { what: 'nothing' };
    this.newest = Math.max(this.newest, seq);
    if (t === 'state' && seq >= this.seq) {
      const read = readState(state);
      if (!read) return { what: 'nothing' };
      this.state = read;
      this.seq = seq;
      this.clocks();
      return { what: 'state' };
    }
    if (t !== 'ops' || !Array.isArray(ops) || seq <= this.seq) return { what: 'nothing' };
    if (seq !== this.seq + 1) return { what: 'gap' };
    this.seq = seq;
    for (const op of ops) {
      apply(this.state, op);
      const begins = (op[0] === 'add' && op[2].k === 'tool' && op[2].status === 'running') || (op[0] === 'set' && op[2].status === 'running');
      if (begins) this.calls.set(op[1] as number, performance.now());
      if ((op[0] === 'add' || op[0] === 'set') && 'wait' in op[2]) this.waits.set(op[1], performance.now());
    }
    return { what: 'ops', ops };
  }

  /** The kernel ended, so that nothing more comes: a run that is under way ends too. Returns what changed. */
  end(): Op[] {
    const { items, outcome } = this.state;
    if (outcome !== 'running') return [];
    const stopped = items.flatMap((item, i): Op[] => ('status' in item && UNDER_WAY.has(item.status) ? [['set', i, { status: 'cancelled', approval: null }]] : []));
    const ops: Op[] = [...stopped, ['add', items.length, { k: 'notice', level: 'warning', text: ENDED }], ['run', { outcome: 'cancelled', waiting: null }]];
    for (const op of ops) apply(this.state, op);
    return ops;
  }

  private clocks(): void {
    const now = performance.now();
    this.begun = now - this.state.duration * 1000;
    this.calls.clear();
    this.waits.clear();
    this.state.items.forEach((item, i) => {
      if (item.k === 'notice' && item.wait) this.waits.set(i, now);
      if (item.k === 'tool' && item.status === 'running') this.calls.set(i, now - (item.duration ?? 0) * 1000);
    });
  }
}
