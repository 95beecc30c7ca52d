/** One run: what it was, its waterfall, and the details of the span that is looked at. It asks for what is new of it while it runs. */

import { h, quiet, say, seconds, show } from '../core/dom';
import { drawDetails, drawWay, showRaw, small, type Found } from './details';
import { Filters } from './filters';
import type { From, Way } from './places';
import { models, type RunRow, type SpanRow } from './rows';
import { Waterfall } from './waterfall';
import { fileName, moment, runCost, tokens } from './words';

const PATIENCE = 5000; // milliseconds for an answer

export interface RunHost {
  ask(message: Record<string, unknown>): void;
  way(from: From): Way | null;
  leave(): void;
  mark(run: RunRow): void;
  markOf(run: string): string;
}

export class OpenRun {
  readonly el = h('div', 'nba-open-run');
  row: RunRow | null = null;
  private span: string | null = null;
  private asked = 0; // when was last asked for spans
  private heard = 0;
  private title = h('span', 'nba-panel-title');
  private facts = h('div', 'nba-panel-facts');
  private doors = h('div', 'nba-panel-doors');
  private note = h('p', 'nba-panel-note');
  private details = quiet(h('div', 'nba-details'));
  private filters = new Filters('spans', () => {
    this.waterfall.filterBy(this.filters.filter);
    this.draw();
  });
  private waterfall = new Waterfall(row => this.look(row), () => (this.span === null ? this.host.leave() : this.look(null)));

  constructor(private host: RunHost) {
    this.note.setAttribute('role', 'status');
    this.details.setAttribute('role', 'region');
    this.details.setAttribute('aria-label', 'Details of the span');
    this.details.addEventListener('keydown', event => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      this.look(null);
      this.waterfall.focus();
    });
    const head = h('div', 'nba-panel-head', small('‹ Runs', 'nba-back', () => host.leave()), this.title);
    this.el.append(head, this.facts, this.doors, this.filters.el, this.note, this.waterfall.el, this.details);
  }

  /** Whether something may come of it that nobody says: it runs, or a person is waited for. */
  get open(): boolean {
    return this.waterfall.open;
  }

  /** Show a run; null for none. */
  enter(row: RunRow | null): void {
    this.row = row;
    this.span = null;
    this.asked = 0;
    this.heard = 0;
    this.filters.reset();
    this.waterfall.filterBy(this.filters.filter);
    this.waterfall.reset();
    this.draw();
    if (!row) return;
    this.waterfall.focus();
    this.ask();
  }

  /** Ask for what is new. */
  ask(): void {
    if (!this.row || (this.asked && performance.now() - this.asked < PATIENCE)) return;
    this.asked = performance.now();
    const still = this.waterfall.rows.filter(row => row.duration === null && row.status === 'running');
    this.host.ask({ t: 'run', run: this.row.run, have: this.waterfall.rows.length, still: still.map(row => row.place) });
    if (still.some(row => row.id === this.span)) this.host.ask({ t: 'span', span: this.span });
  }

  /** What was asked last is not answered any more. */
  forget(): void {
    this.asked = 0;
  }

  take(said: Record<string, unknown>): void {
    if (said.t === 'run' && said.run === this.row?.run) {
      this.asked = 0;
      this.heard = performance.now();
      this.waterfall.take(said.rows, typeof said.now === 'number' ? said.now : this.waterfall.length, said.waits);
      this.drawWait(this.waterfall.wait(this.span));
      this.filters.offer(models(this.waterfall.rows));
      this.draw();
    } else if (said.t === 'span' && said.id === this.span) this.drawSpan(said.span as Found | null);
    else if (said.t === 'raw' && said.id === this.span) showRaw(this.details, said.bodies as (string | null)[] | null, said.rebuilt === true, said.note as string | undefined);
  }

  /** A question could not be answered. */
  failed(of: Record<string, unknown>, why: string): void {
    if (of.t === 'span' && of.span === this.span) this.details.replaceChildren(h('p', 'nba-panel-note', why));
    else if (of.t === 'raw' && of.span === this.span) showRaw(this.details, null, false, why);
    else if (of.t === 'run' && of.run === this.row?.run) this.draw(why);
  }

  /** Time goes on: what is under way grows, without a question. */
  tick(): void {
    if (!this.waterfall.running || !this.heard) return;
    const now = performance.now();
    this.waterfall.length += (now - this.heard) / 1000;
    this.heard = now;
    this.waterfall.draw();
  }

  draw(why = ''): void {
    const spans = this.waterfall.rows.length;
    const said = why || (this.heard && !spans ? 'This run is no longer known.' : spans && this.waterfall.empty ? 'No span fits the filter.' : '');
    say(this.note, said);
    show(this.note, said !== '');
    show(this.filters.el, spans > 5);
    show(this.waterfall.el, said === '');
    show(this.details, this.span !== null);
    if (this.row) this.drawHead(this.row);
  }

  private look(row: SpanRow | null): void {
    this.span = row?.id ?? null;
    if (!row) this.details.replaceChildren();
    else if (row.asked) this.drawWait(row);
    else this.host.ask({ t: 'span', span: row.id });
    this.draw();
  }

  /** A wait has no more to it than came with it. */
  private drawWait(row: SpanRow | undefined): void {
    if (!row?.asked) return;
    const calls = row.asked.map(([tool, decided]) => [tool, decided || 'not decided yet'] as [string, string]);
    drawDetails(this.details, { ...row, status: '', facts: [...(row.duration === null ? [] : [['Duration', seconds(row.duration)] as [string, string]]), ...calls], tokens: null, cost: null, error: null, sections: [] }, () => undefined);
  }

  private drawSpan(found: Found | null): void {
    if (!found) this.details.replaceChildren(h('p', 'nba-panel-note', 'This span is no longer known.'));
    else drawDetails(this.details, found, () => this.host.ask({ t: 'raw', span: found.id }));
  }

  private drawHead(run: RunRow): void {
    const prompt = run.prompt || run.agent;
    say(this.title, prompt);
    this.title.title = prompt;
    say(this.facts, [run.agent, run.model, moment(run.at), tokens(run.input, run.output), run.status === 'running' ? 'running' : runCost(run), run.notebook ? fileName(run.notebook) : ''].filter(Boolean).join(' · '));
    this.facts.title = run.notebook ?? '';
    const mark = this.host.markOf(run.run);
    const key = [run.run, mark, run.notebook, run.count].join(' ');
    if (this.doors.dataset.key === key) return;
    this.doors.dataset.key = key;
    const button = small(mark ? `Marked ${mark}` : 'Mark to compare', 'nba-mark-run', () => this.host.mark(run));
    button.setAttribute('aria-pressed', String(mark !== ''));
    const way = this.host.way(run);
    this.doors.replaceChildren(button, ...(way ? [drawWay(way)] : []));
  }
}
