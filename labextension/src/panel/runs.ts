/** The tab of runs: those of a notebook, a kernel or the machine; one of them opened; two of them compared. */

import { count, h, quiet, say, show } from '../core/dom';
import { drawComparison, type Compared } from './comparison';
import { small } from './details';
import { Filters } from './filters';
import { OpenRun } from './open-run';
import type { From, Way } from './places';
import { models, type RunRow } from './rows';
import { RunList, type Scope } from './run-list';
import type { Page, Tab } from './tabs';

const SCOPES: [Scope, label: string, title: string][] = [
  ['notebook', 'Notebook', 'Runs of this notebook, also of earlier kernels'],
  ['kernel', 'Kernel', 'Runs of this kernel since it started'],
  ['machine', 'Machine', 'Runs of all notebooks of this machine']
];
const OTHERS = 3000; // milliseconds between two looks at what other kernels did
const TYPING = 200;

export class RunsTab implements Tab {
  readonly id = 'runs';
  readonly label = 'Runs';
  readonly el = h('div', 'nba-runs');
  private scope: Scope = 'notebook';
  private away: Scope | null = null; // what was looked at before there was no kernel
  private scopes: HTMLButtonElement[];
  private why = ''; // there is nothing to see
  private shows: 'list' | 'run' | 'compare' = 'list';
  private marked: RunRow[] = [];
  private known: string[] = []; // models
  private looked = 0;
  private typing: ReturnType<typeof setTimeout> | undefined;
  private filters = new Filters('runs', () => {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.reload(), TYPING);
  });
  private note = h('p', 'nba-panel-note');
  private hint = h('p', 'nba-panel-note'); // why no kernel is asked, over what the server tells
  private top = h('div', 'nba-scope');
  private head = h('div', 'nba-panel-head', small('‹ Runs', 'nba-back', () => this.leave()), h('span', 'nba-panel-title', 'Two runs compared'));
  private marks = h('div', 'nba-marks');
  private comparison = h('div', 'nba-comparison');
  private list: RunList;
  private run: OpenRun;

  constructor(private page: Pick<Page, 'ask' | 'cells'>, private way: (from: From) => Way | null) {
    const markOf = (run: string) => 'AB'[this.marked.findIndex(each => each.run === run)] ?? '';
    const host = { ask: page.ask, mark: (run: RunRow) => this.mark(run), markOf };
    this.list = new RunList({ ...host, enter: run => this.enter(run), changed: () => this.came() });
    this.run = new OpenRun({ ...host, way, leave: () => this.leave() });
    this.scopes = SCOPES.map(([scope, label, title]) => {
      const button = quiet(h('button', 'nba-scope-choice', label));
      button.type = 'button';
      button.title = title;
      button.setAttribute('role', 'radio');
      button.addEventListener('click', () => this.choose(scope));
      return button;
    });
    this.top.append(...this.scopes);
    this.top.setAttribute('role', 'radiogroup');
    this.top.setAttribute('aria-label', 'Runs of');
    this.top.addEventListener('keydown', event => this.turned(event));
    this.note.setAttribute('role', 'status');
    this.hint.setAttribute('role', 'status');
    this.comparison.setAttribute('role', 'region');
    this.comparison.setAttribute('aria-label', 'Two runs compared');
    this.el.append(this.top, this.filters.el, this.head, this.marks, this.note, this.hint, this.list.el, this.run.el, this.comparison);
    this.clear('');
  }

  clear(why: string): void {
    this.list.reset();
    this.run.enter(null);
    this.shows = 'list';
    this.marked = [];
    this.known = [];
    this.why = why;
    say(this.hint, '');
    this.draw();
  }

  resume(): void {
    this.list.forget();
    this.run.forget();
    this.draw();
  }

  shown(visible: boolean): void {
    if (visible && !this.why) this.refresh();
  }

  take(message: unknown): void {
    const said = (message ?? {}) as Record<string, unknown>;
    if (said.t === 'changed') {
      this.why = '';
      say(this.hint, '');
      if (this.away) this.choose(this.away);
      else this.refresh();
    } else if (said.t === 'machine') this.alone();
    else if (said.t === 'runs') this.list.take(said);
    else if (said.t === 'models' && said.scope === this.scope) {
      this.known = said.models as string[];
      this.came();
    } else if (said.t === 'compare') this.drawCompared(said as unknown as Compared & { a: string; b: string });
    else if (said.t === 'failed') this.failed(said.of as Record<string, unknown>, String(said.why));
    else this.run.take(said);
  }

  tick(): void {
    if (this.shows === 'list') this.list.tick();
    else if (this.shows === 'run') this.run.tick();
    // what another kernel does is said by nobody
    const others = this.shows === 'list' ? this.scope !== 'kernel' : this.shows === 'run' && this.run.open;
    if (others && !this.why && performance.now() - this.looked > OTHERS) this.refresh();
  }

  /** Ask anew for what is shown. */
  private refresh(): void {
    this.looked = performance.now();
    if (this.shows === 'run') this.run.ask();
    // the sums of an open run stand in its row
    if (this.shows === 'list' || (this.shows === 'run' && this.run.row?.status === 'running')) {
      if (!this.list.known) this.page.ask({ t: 'models', scope: this.scope });
      this.list.refresh(this.scope, this.filters.filter, this.scope === 'notebook' ? this.page.cells() : undefined);
    }
  }

  /** No kernel can be asked, but the machine's runs are there: also those of the notebook, by its cells. */
  private alone(): void {
    say(this.hint, `These runs are kept. ${this.why}`);
    this.why = '';
    if (this.scope === 'kernel' || (this.scope === 'notebook' && !this.page.cells().length)) {
      this.away = this.scope;
      this.scope = 'machine';
    }
    this.reload();
  }

  private reload(): void {
    this.why = '';
    this.list.reset();
    this.refresh();
    this.draw();
  }

  private choose(scope: Scope): void {
    if (scope === this.scope) return;
    this.scope = scope;
    this.away = null;
    this.known = [];
    this.reload();
  }

  private turned(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const to = (SCOPES.findIndex(([scope]) => scope === this.scope) + step + SCOPES.length) % SCOPES.length;
    this.choose(SCOPES[to]![0]);
    this.scopes[to]!.focus();
  }

  /** Runs came, or the names of models. */
  private came(): void {
    this.filters.offer([...new Set([...this.known, ...models(this.list.loaded)])].sort());
    const open = this.run.row;
    this.run.row = [...this.list.loaded].find(row => row.run === open?.run) ?? open;
    if (this.shows === 'run') this.run.draw();
    this.draw();
  }

  private failed(of: Record<string, unknown>, why: string): void {
    if (of.t === 'compare') this.comparison.replaceChildren(h('p', 'nba-panel-note', why));
    else if (of.t === 'runs' && of.scope === this.scope) {
      this.list.forget();
      this.why = why;
      this.draw();
    } else this.run.failed(of, why);
  }

  private enter(run: RunRow): void {
    this.shows = 'run';
    this.draw();
    this.run.enter(run);
  }

  private leave(): void {
    this.shows = 'list';
    this.run.enter(null);
    this.draw();
    this.list.show();
    this.list.focus();
    this.refresh();
  }

  private mark(run: RunRow): void {
    const others = this.marked.filter(each => each.run !== run.run);
    this.marked = others.length < this.marked.length ? others : [...others.slice(-1), run];
    this.marksChanged();
  }

  private marksChanged(): void {
    this.draw();
    if (this.shows === 'list') this.list.show();
    else this.run.draw();
  }

  private compare(): void {
    const [a, b] = this.marked;
    if (!a || !b) return;
    this.shows = 'compare';
    this.comparison.replaceChildren(h('p', 'nba-panel-note', 'Comparing …'));
    this.page.ask({ t: 'compare', a: a.run, b: b.run });
    this.draw();
    this.head.querySelector<HTMLElement>('.nba-back')?.focus();
  }

  private drawCompared(found: Compared & { a: string; b: string }): void {
    const [a, b] = this.marked;
    if (this.shows === 'compare' && a?.run === found.a && b?.run === found.b) drawComparison(this.comparison, found, [a, b], { enter: run => this.enter(run), way: this.way });
  }

  private draw(): void {
    const list = this.shows === 'list';
    const nothing = this.filters.empty ? `No runs ${this.scope === 'machine' ? 'on' : 'in'} this ${this.scope} yet. They show here as %%agent cells run.` : 'No run fits the filter.';
    const said = this.why || (list && this.list.known && !this.list.total ? nothing : '');
    say(this.note, said);
    show(this.note, said !== '');
    show(this.hint, this.hint.textContent !== '' && this.shows === 'list');
    const { known, total } = this.list;
    this.filters.told(known && total ? `${count(total)} ${total === 1 ? 'run' : 'runs'}` : '');
    SCOPES.forEach(([scope], i) => {
      this.scopes[i]!.setAttribute('aria-checked', String(scope === this.scope));
      this.scopes[i]!.tabIndex = scope === this.scope ? 0 : -1;
    });
    show(this.top, list);
    show(this.filters.el, list);
    show(this.list.el, list && said === '');
    show(this.run.el, this.shows === 'run');
    show(this.head, this.shows === 'compare');
    show(this.comparison, this.shows === 'compare');
    this.drawMarks();
  }

  /** The runs that are marked, wherever one may go on to compare them. */
  private drawMarks(): void {
    const [a, b] = this.marked;
    show(this.marks, this.shows !== 'compare' && a !== undefined && !this.why);
    if (!a) return this.marks.replaceChildren();
    const named = (run: RunRow, side: string) => h('span', 'nba-marked', h('span', 'nba-run-pick', side), ` ${run.prompt || run.agent}`);
    const rest = b ? [named(b, 'B'), small('Compare', 'nba-compare', () => this.compare())] : [h('span', 'nba-panel-hint', 'Mark another run to compare it with.')];
    this.marks.replaceChildren(named(a, 'A'), ...rest, small('Clear', 'nba-unmark', () => this.unmark()));
  }

  private unmark(): void {
    this.marked = [];
    this.marksChanged();
    if (this.shows === 'list') this.list.focus();
  }
}
