/** Which part of a run's time is seen: all of it until the person looks closer, and never less than a hundred-thousandth. */

import type { Span } from './rows';

export class Zoom {
  private part: Span | null = null;
  private whole = 0;

  get seen(): Span {
    return this.part ?? { from: 0, to: Math.max(this.whole, 1e-9) };
  }

  get zoomed(): boolean {
    return this.part !== null;
  }

  /** How many times closer than the whole. */
  get factor(): number {
    return this.part ? this.whole / (this.part.to - this.part.from) : 1;
  }

  /** The run's time, which grows while it runs. */
  set length(seconds: number) {
    this.whole = seconds;
    if (this.part && this.part.to > seconds) this.see(this.part.from, this.part.to);
  }

  fit(): void {
    this.part = null;
  }

  /** See these seconds. */
  see(from: number, to: number): void {
    const wide = Math.min(Math.max(to - from, this.whole / 1e5, 1e-7), this.whole);
    const begin = Math.max(0, Math.min((from + to - wide) / 2, this.whole - wide));
    this.part = wide >= this.whole ? null : { from: begin, to: begin + wide };
  }

  /** Look closer (`factor` over 1) or from further off; what is at `place`, from 0 to 1 of what is seen, stays where it is. */
  by(factor: number, place = 0.5): void {
    const { from, to } = this.seen;
    const [at, wide] = [from + (to - from) * place, Math.max((to - from) / factor, this.whole / 1e5)];
    this.see(at - wide * place, at + wide * (1 - place));
  }

  /** Go along, by a share of what is seen. */
  pan(share: number): void {
    if (!this.part) return;
    const { from, to } = this.part;
    const way = Math.max(-from, Math.min((to - from) * share, this.whole - to));
    this.part = { from: from + way, to: to + way };
  }
}
