/** The tab of runs: those of a kernel, or one run's waterfall with the details of a span. */

import { h, show } from '../core/dom';
import { drawDetails, drawRun, drawSpan, RUN_HEIGHT, SPAN_HEIGHT } from './drawing';
import { List } from './list';
import type { Page, Tab } from './tabs';
import { asTree, filterRuns, filterSpans, models, readRuns, takeSpans, type Details, type RunRow, type SpanRow } from './rows';

export class RunsTab implements Tab {
  readonly id = 'runs';
  readonly label = 'Runs';
  readonly el = h('div', 'nba-runs');
  private search = h('input', 'nba-search');
  private model = h('select', 'nba-model');
  private errors = h('input');
  private note = h('p', 'nba-panel-note');
  private title = h('span', 'nba-panel-title');
  private back = h('button', 'nba-button nba-back', '‹ Runs');
  private head = h('div', 'nba-panel-head', this.back, this.title);
  private details = h('div', 'nba-details');
  private runs: RunRow[] = [];
  private open: RunRow | null = null;
  private spans: SpanRow[] = [];
  private tree: SpanRow[] = [];
  private span: string | null = null;
  private whole = 0;
  private asked = 0;
  private why = ''; // there is nothing to see
  private again = false;
  private when = 0; // when was last asked, and when the run's time was last heard
  private heard = 0;
  private list = new List<RunRow>({ role: 'listbox', label: 'Runs', height: RUN_HEIGHT, key: row => row.run, draw: drawRun, choose: row => this.enter(row) });
  private waterfall = new List<SpanRow>({
    role: 'tree', label: 'Spans of the run', height: SPAN_HEIGHT, key: row => row.id, draw: (el, row) => drawSpan(el, row, this.whole),
    choose: row => this.look(row.id), leave: () => (this.span === null ? this.leave() : this.look(null))
  });

  /** `jump` goes to a cell of the notebook; null where it is not there. */
  constructor(private link: Pick<Page, 'ask'>, private jump: (cell: string) => (() => void) | null) {
    this.search.type = 'search';
    this.search.placeholder = 'Filter';
    this.search.setAttribute('aria-label', 'Filter by text');
    this.model.setAttribute('aria-label', 'Filter by model');
    this.errors.type = 'checkbox';
    this.back.type = 'button';
    this.details.setAttribute('role', 'region');
    this.details.setAttribute('aria-label', 'Details of the span');
    for (const [element, event] of [[this.search, 'input'], [this.model, 'change'], [this.errors, 'change']] as const) element.addEventListener(event, () => this.draw());
    this.back.addEventListener('click', () => this.leave());
    this.details.addEventListener('keydown', event => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      this.look(null);
      this.waterfall.el.focus();
    });
    const filters = h('div', 'nba-filters', this.search, this.model, h('label', '', this.errors, 'Errors'));
    this.el.append(filters, this.head, this.note, this.list.el, this.waterfall.el, this.details);
    this.clear('');
  }

  /** Nothing is known; `note` says why. */
  clear(note: string): void {
    this.runs = [];
    this.asked = 0;
    this.again = false;
    this.open = null;
    this.span = null;
    this.spans = [];
    this.tree = [];
    this.why = note;
    this.draw();
  }

  /** Another comm leads to the same kernel: what was asked on the last one is not answered. */
  resume(): void {
    this.asked = 0;
    this.again = false;
    this.draw();
  }

  shown(visible: boolean): void {
    if (visible && !this.why) this.refresh();
  }

  /** Take what the kernel says. */
  take(message: unknown): void {
    const said = (message ?? {}) as Record<string, unknown>;
    this.why = '';
    if (said.t === 'changed') this.refresh();
    else if (said.t === 'span' && said.id === this.span) this.drawDetails(said.span as Details | null);
    else if (said.t === 'runs') {
      this.runs = readRuns(said.runs);
      if (this.open) this.open = this.runs.find(row => row.run === this.open!.run) ?? this.open;
      this.answered();
    } else if (said.t === 'run' && said.run === this.open?.run) {
      if (takeSpans(this.spans, said.rows)) this.tree = asTree(this.spans);
      this.whole = typeof said.now === 'number' ? said.now : this.whole;
      this.heard = performance.now();
      this.answered();
    }
  }

  /** Ask anew; one question at a time, so that a busy kernel is not asked more than it can answer. */
  refresh(): void {
    // an answer that was lost is not waited for longer
    if (this.asked > 0 && performance.now() - this.when < 5000) {
      this.again = true;
      return;
    }
    this.asked = this.open ? 2 : 1;
    this.when = performance.now();
    this.link.ask({ t: 'runs' });
    if (!this.open) return;
    const still = this.spans.filter(row => row.duration === null && row.status === 'running').map(row => row.place);
    this.link.ask({ t: 'run', run: this.open.run, have: this.spans.length, still });
    if (this.span !== null && this.spans.find(row => row.id === this.span)?.status === 'running') this.link.ask({ t: 'span', span: this.span });
  }

  /** Time goes on: what is under way grows, without a question. */
  tick(): void {
    if (this.open?.status !== 'running' || !this.heard) return;
    const now = performance.now();
    this.whole += (now - this.heard) / 1000;
    this.heard = now;
    this.waterfall.draw();
  }

  private answered(): void {
    this.asked = Math.max(0, this.asked - 1);
    this.draw();
    if (this.asked || !this.again) return;
    this.again = false;
    this.refresh();
  }

  private enter(run: RunRow): void {
    this.open = run;
    this.heard = 0;
    this.spans = [];
    this.tree = [];
    this.span = null;
    this.asked = 0;
    this.draw();
    this.waterfall.el.focus();
    this.refresh();
  }

  private leave(): void {
    this.open = null;
    this.span = null;
    this.asked = 0;
    this.draw();
    this.list.el.focus();
    this.refresh();
  }

  private look(span: string | null): void {
    this.span = span;
    if (span !== null) this.link.ask({ t: 'span', span });
    else this.details.replaceChildren();
    this.draw();
  }

  private drawDetails(found: Details | null): void {
    if (!found) this.details.replaceChildren(h('p', 'nba-panel-note', 'This span is no longer in the kernel.'));
    else drawDetails(this.details, found, found.cell ? this.jump(found.cell) : null);
  }

  private draw(): void {
    const filter = { text: this.search.value.trim(), model: this.model.value, errors: this.errors.checked };
    const known = models(this.runs);
    if ([...this.model.options].slice(1).map(option => option.value).join('\n') !== known.join('\n') || !this.model.options.length) {
      this.model.replaceChildren(new Option('All models', ''), ...known.map(name => new Option(name, name)));
      this.model.value = known.includes(filter.model) ? filter.model : '';
    }
    const runs = filterRuns(this.runs, filter);
    const said = this.why || (this.open ? '' : !this.runs.length ? 'No runs in this kernel yet. They show here as %%agent cells run.' : !runs.length ? 'No run fits the filter.' : '');
    this.note.textContent = said;
    show(this.note, said !== '');
    show(this.head, this.open !== null);
    show(this.list.el, this.open === null && said === '');
    show(this.waterfall.el, this.open !== null);
    show(this.details, this.open !== null && this.span !== null);
    if (this.open) {
      this.title.textContent = this.open.prompt || this.open.agent;
      this.title.title = this.open.prompt;
      this.waterfall.show(filterSpans(this.tree, filter));
    } else if (said === '') this.list.show(runs);
  }
}
