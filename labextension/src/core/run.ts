/** A run as it comes to this page: its state, the number of the last message, and when what is under way began. */

import { readState } from './saved';
import { apply, emptyRun, type Op, type RunState } from './state';

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
