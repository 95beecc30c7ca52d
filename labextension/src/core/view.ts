/** A run on the page: the one renderer of the live widget and of the saved transcript. It draws the state, whole or what changed of it. */

import { Card } from './card';
import type { Decision } from './approval';
import { h, show } from './dom';
import { Footer } from './footer';
import { remember, type Memory } from './memory';
import { filePiece, noticePiece, outputPiece, reasoningPiece, textPiece, type Piece } from './pieces';
import type { Run } from './run';
import type { Item, Op, ToolItem } from './state';

/** Whoever hears what the reader does; absent where there is no kernel behind the page. */
export interface Host {
  send(message: Record<string, unknown>): void;
}

export class RunView {
  readonly el = h('section', 'nba');
  private items = h('div', 'nba-items');
  private error = h('div', 'nba-error');
  private footer: Footer;
  private pieces: Piece[] = [];
  private dirty = new Set<number>();
  private frame = 0;
  private pause: ReturnType<typeof setTimeout> | undefined;
  private cost = 0; // milliseconds of the last drawing
  private ticker: ReturnType<typeof setInterval> | undefined;
  private memory: Memory;

  /** `later` takes decisions on a saved run that waits; it is there where something on the page can carry the run on. */
  constructor(private run: Run, private host?: Host, private later?: Host) {
    this.memory = remember(run.state.run_id);
    this.footer = new Footer(run, host);
    this.el.setAttribute('aria-label', 'Agent run');
    this.el.append(this.items, this.error, this.footer.el);
    this.el.addEventListener('click', event => this.copy(event));
    this.el.addEventListener('scroll', event => this.scrolled(event), true);
    this.redraw();
  }

  /** Say what changed in the run's state; it is drawn with the next frame. */
  changed(ops: Op[]): void {
    for (const op of ops) {
      if (op[0] === 'run') {
        // how the last pieces look hangs on the outcome
        if ('outcome' in op[1]) this.run.state.items.forEach((_, i) => this.dirty.add(i));
      } else {
        this.dirty.add(op[1]);
        if (op[0] === 'add' && op[1] > 0) this.dirty.add(op[1] - 1);
      }
    }
    this.schedule();
  }

  /** With the next frame; where drawing is slow (a list of a thousand items), so that the page has three quarters of the time. */
  private schedule(): void {
    if (this.frame || this.pause) return;
    const wait = this.cost > 8 ? this.cost * 3 : 0;
    const next = () => {
      this.pause = undefined;
      this.frame = requestAnimationFrame(() => this.flush());
    };
    if (wait) this.pause = setTimeout(next, wait);
    else next();
  }

  /** The state was replaced: draw all of it. What is the same stays untouched. */
  redraw(): void {
    const { items } = this.run.state;
    if (this.pieces.length > items.length || this.pieces.some((piece, i) => piece.k !== items[i]!.k)) {
      this.pieces = [];
      this.items.replaceChildren();
    }
    items.forEach((_, i) => this.dirty.add(i));
    this.flush();
    if (this.memory.scroll.size) requestAnimationFrame(() => this.restoreScroll());
  }

  flush(): void {
    this.unschedule();
    const begun = performance.now();
    const { state } = this.run;
    this.memory = remember(state.run_id, this.memory);
    this.el.dataset.outcome = state.outcome;
    for (const number of [...this.dirty].sort((a, b) => a - b)) {
      const item = state.items[number];
      if (!item) continue;
      const piece = (this.pieces[number] ??= this.add(number, item));
      piece.draw(item, state.outcome !== 'running' || state.items.slice(number + 1).some(later => later.k !== 'notice'));
    }
    this.dirty.clear();
    this.drawError();
    this.footer.draw();
    this.tick();
    this.cost = performance.now() - begun;
  }

  private unschedule(): void {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.pause);
    this.frame = 0;
    this.pause = undefined;
  }

  dispose(): void {
    this.unschedule();
    this.footer.actions.hush();
    if (this.ticker) clearInterval(this.ticker);
    this.ticker = undefined;
  }

  /** The view was put on the page: what can be done with the answer depends on where. */
  placed(): void {
    this.footer.actions.offer();
  }

  /** A decision on a call was not taken: its card says why, and takes another. */
  refused(id: string, why: string): void {
    this.pieces.forEach((piece, i) => {
      const item = this.run.state.items[i];
      if (piece instanceof Card && item?.k === 'tool' && item.id === id) piece.refused(why);
    });
  }

  private add(number: number, item: Item): Piece {
    const key = String(number);
    if (item.k === 'tool' || item.k === 'server_tool') {
      const card = new Card(item.k, key, () => this.memory, {
        output: () => this.run.state.output,
        elapsed: () => {
          const begun = this.run.calls.get(number);
          return begun === undefined ? null : (performance.now() - begun) / 1000;
        },
        decidable: () => (this.host !== undefined && this.run.state.outcome === 'running') || (this.later !== undefined && this.run.state.outcome === 'paused'),
        decide: (call, decision) => this.decide(call, decision)
      });
      this.calls(item.batch).append(card.el);
      return card as Piece;
    }
    const piece = this.piece(item.k, key, number);
    this.items.append(piece.el);
    return piece;
  }

  private piece(k: Exclude<Item['k'], 'tool' | 'server_tool'>, key: string, number: number): Piece {
    switch (k) {
      case 'text':
        return textPiece(() => this.run.state.output);
      case 'reasoning':
        return reasoningPiece(key, () => this.memory);
      case 'file':
        return filePiece();
      case 'output':
        return outputPiece();
      case 'notice':
        return noticePiece(() => {
          const begun = this.host && this.run.state.outcome === 'running' ? this.run.waits.get(number) : undefined;
          return begun === undefined ? null : (performance.now() - begun) / 1000;
        });
    }
  }

  /** The row for a batch's cards: the calls of one message stand side by side. */
  private calls(batch: string): Element {
    const last = this.items.lastElementChild;
    if (last instanceof HTMLElement && last.classList.contains('nba-calls') && last.dataset.batch === batch) return last;
    const row = h('div', 'nba-calls');
    row.dataset.batch = batch;
    this.items.append(row);
    return row;
  }

  private decide(call: ToolItem, decision: Decision): void {
    const listener = this.host ?? this.later;
    listener?.send({ t: 'decide', run_id: this.run.state.run_id, call_id: call.id, digest: call.approval?.digest ?? '', decision });
  }

  private drawError(): void {
    const { error } = this.run.state;
    show(this.error, error !== null);
    if (error) this.error.replaceChildren(h('strong', '', error.type), ...error.lines.slice(0, 4).map(line => h('div', '', line)));
  }

  private tick(): void {
    const running = this.run.state.outcome === 'running' && this.host !== undefined;
    if (running && !this.ticker) {
      this.ticker = setInterval(() => {
        this.footer.draw();
        for (const number of [...this.run.calls.keys(), ...this.run.waits.keys()]) {
          const item = this.run.state.items[number];
          if (item) this.pieces[number]?.time?.(item);
        }
      }, 1000);
    } else if (!running && this.ticker) {
      clearInterval(this.ticker);
      this.ticker = undefined;
    }
  }

  private copy(event: Event): void {
    const pressed = event.target instanceof Element ? event.target.closest('.nba-copy') : null;
    const code = pressed?.parentElement?.querySelector('pre')?.textContent;
    if (!pressed || code === null || code === undefined) return;
    void navigator.clipboard?.writeText(code).then(() => {
      pressed.textContent = 'Copied';
      setTimeout(() => (pressed.textContent = 'Copy'), 1200);
    });
  }

  private scrolled(event: Event): void {
    const key = event.target instanceof HTMLElement ? event.target.dataset.scroll : undefined;
    if (key) this.memory.scroll.set(key, (event.target as HTMLElement).scrollTop);
  }

  private restoreScroll(): void {
    for (const scroller of this.el.querySelectorAll<HTMLElement>('[data-scroll]')) {
      const top = this.memory.scroll.get(scroller.dataset.scroll!);
      if (top) scroller.scrollTop = top;
    }
  }
}
