/** The runs of a scope, newest first: a page of rows at a time as they are looked at, however many there are; two of them can be marked to be compared. */

import { h, icon, say, seconds } from '../core/dom';
import { List } from './list';
import { failed, readRuns, type Filter, type RunRow } from './rows';
import { fileName, MARKS, moment, runCost, tokens } from './words';

export type Scope = 'notebook' | 'kernel' | 'machine';
export const RUN_HEIGHT = 54;
const MARGIN = 30; // rows that are asked for beyond those that are seen

export interface RunsHost {
  ask(message: Record<string, unknown>): void;
  enter(run: RunRow): void;
  /** Mark a run, or no longer. */
  mark(run: RunRow): void;
  /** A or B, or '' for a run that is not marked. */
  markOf(run: string): string;
  /** Something came. */
  changed(): void;
}

export class RunList {
  total = 0;
  known = false; // whether it is known how many there are
  private rows = new Map<number, RunRow>();
  private asked: Record<string, unknown> | null = null;
  private when = 0;
  private again = false;
  private question: Record<string, unknown> = {};
  private behind = 0; // seconds by which the page's clock is behind the kernel's
  private scope: Scope = 'notebook';
  private list: List<RunRow>;

  constructor(private host: RunsHost) {
    this.list = new List<RunRow>({
      role: 'listbox', label: 'Runs', height: RUN_HEIGHT, key: row => row.run, draw: (el, row) => this.drawRow(el, row), choose: row => host.enter(row),
      clicked: (target, row) => target.closest('.nba-run-pick') !== null && (host.mark(row), true),
      pressed: (event, row) => event.key === 'm' && (host.mark(row), true),
      missing: () => this.refresh()
    });
    this.list.el.setAttribute('aria-keyshortcuts', 'm');
  }

  get el(): HTMLElement {
    return this.list.el;
  }

  get loaded(): Iterable<RunRow> {
    return this.rows.values();
  }

  /** Other runs than before, or none: nothing is known of them. */
  reset(): void {
    this.rows.clear();
    this.total = 0;
    this.known = false;
    this.asked = null;
    this.again = false;
    this.list.reset();
    this.list.show(0, () => undefined);
  }

  /** Ask for what is seen; one question at a time, so that a busy kernel is not asked more than it can answer. */
  refresh(scope = this.scope, filter?: Filter, cells?: string[]): void {
    this.scope = scope;
    if (filter) this.question = { scope, filter, ...(cells ? { cells } : {}) };
    // an answer that was lost is not waited for longer
    if (this.asked && performance.now() - this.when < 5000) {
      this.again = true;
      return;
    }
    const [first, last] = this.list.seen;
    const from = Math.max(0, first - MARGIN);
    this.asked = { t: 'runs', ...this.question, from, count: Math.max(60, last - from + MARGIN) };
    this.when = performance.now();
    this.host.ask(this.asked);
  }

  /** What was asked last is not answered any more. */
  forget(): void {
    this.asked = null;
    this.again = false;
  }

  take(message: Record<string, unknown>): void {
    if (JSON.stringify(message.of) !== JSON.stringify(this.asked)) return; // of another scope, or filtered otherwise
    const from = this.asked!.from as number;
    this.asked = null;
    const came = readRuns(message.rows);
    const total = typeof message.total === 'number' ? message.total : came.length;
    if (total !== this.total || came.some((row, i) => (this.rows.get(from + i)?.run ?? row.run) !== row.run)) this.rows.clear();
    came.forEach((row, i) => this.rows.set(from + i, row));
    this.total = total;
    this.known = true;
    this.behind = typeof message.now === 'number' ? message.now - Date.now() / 1000 : 0;
    this.host.changed();
    this.show();
    if (!this.again) return;
    this.again = false;
    this.refresh();
  }

  show(): void {
    this.list.show(this.total, at => this.rows.get(at));
  }

  focus(): void {
    this.el.focus();
  }

  /** Time goes on: what is under way takes longer. */
  tick(): void {
    if ([...this.rows.values()].some(row => row.status === 'running')) this.list.draw();
  }

  private drawRow(row: HTMLElement, run: RunRow): void {
    if (!row.firstChild) {
      const pick = h('span', 'nba-run-pick');
      pick.title = 'Mark to compare (m)';
      const line = h('div', 'nba-run-line', h('span', 'nba-mark'), h('b', 'nba-run-agent'), h('span', 'nba-run-model'), h('span', 'nba-run-time'));
      row.append(line, h('div', 'nba-run-prompt'), h('div', 'nba-run-line', h('span', 'nba-run-facts'), pick));
      row.classList.add('nba-run');
    }
    const [place, agent, model, time] = [...row.children[0]!.children] as HTMLElement[];
    const [facts, pick] = [...row.children[2]!.children] as HTMLElement[];
    const status = run.status === 'ok' && failed(run) ? 'ok, with errors' : run.status;
    const now = Date.now() / 1000 + this.behind;
    const spent = run.duration ?? (run.status === 'running' ? Math.max(0, now - run.at) : null);
    const words = spent === null ? '' : run.duration === null ? `${Math.floor(spent)} s …` : seconds(spent);
    const marked = this.host.markOf(run.run);
    const where = [run.notebook && this.scope === 'machine' ? fileName(run.notebook) : '', run.count === null ? '' : `[${run.count}]`].filter(Boolean).join(' ');
    drawMark(place!, run.status);
    row.dataset.failed = String(failed(run));
    row.dataset.marked = String(marked !== '');
    say(agent!, run.agent);
    say(model!, run.model);
    say(time!, words);
    say(row.children[1]!, run.prompt || '(no prompt)');
    const errors = run.n_errors ? `${run.n_errors} ${run.n_errors === 1 ? 'error' : 'errors'}` : '';
    say(facts!, [errors, where, moment(run.at, now), tokens(run.input, run.output), runCost(run)].filter(Boolean).join(' · '));
    say(pick!, marked);
    row.title = [status, run.error, run.notebook, run.prompt].filter(Boolean).join('\n');
    row.setAttribute('aria-label', `${marked ? `marked ${marked}, ` : ''}${run.agent}, ${run.model}, ${status}, ${words}, ${where} ${moment(run.at, now)}: ${run.prompt}`);
  }
}

/** Draw an icon again only where it is another. */
export function drawMark(place: HTMLElement, status: string): void {
  if (place.dataset.status === status) return;
  place.dataset.status = status;
  place.replaceChildren(icon(MARKS[status] ?? ''));
}
