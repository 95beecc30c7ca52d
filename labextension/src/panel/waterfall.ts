/** The spans of a run along its time: a tree whose branches fold, with an axis; the wheel with Ctrl, +, - and 0 zoom, Shift with arrows and dragging pan. */

import { drawing, h, quiet, say, seconds, show } from '../core/dom';
import { List } from './list';
import { drawMark } from './run-list';
import { around, asTree, bar, filterSpans, readWaits, takeSpans, ticks, unfolded, type Filter, type SpanRow } from './rows';
import { named, tickWords, tokens } from './words';
import { Zoom } from './zoom';

export const SPAN_HEIGHT = 24;
const TICK = 58; // pixels that a mark of the axis needs
const CLOSER = 1.6;

export class Waterfall {
  readonly el = h('div', 'nba-waterfall');
  readonly rows: SpanRow[] = [];
  readonly zoom = new Zoom();
  private tree: SpanRow[] = [];
  private shown: SpanRow[] = [];
  private folded = new Set<string>();
  private filter: Filter = { text: '', model: '', errors: false };
  private waits: SpanRow[] = [];
  private whole = 0;
  private lead = 0; // seconds that are seen before the run
  private track = h('div', 'nba-axis-track');
  private axis: HTMLElement;
  private list: List<SpanRow>;

  constructor(choose: (row: SpanRow) => void, leave: () => void) {
    this.list = new List<SpanRow>({
      role: 'tree', label: 'Spans of the run', height: SPAN_HEIGHT, key: row => row.id, draw: (el, row) => this.drawRow(el, row), choose, leave,
      clicked: (target, row) => target.closest('.nba-twist') !== null && row.children > 0 && (this.fold(row), true),
      pressed: (event, row) => this.pressed(event, row)
    });
    const control = (label: string, shape: string, act: () => void) => {
      const made = quiet(h('button', 'nba-zoom', drawing(shape)));
      made.type = 'button';
      made.title = label;
      made.setAttribute('aria-label', label);
      made.addEventListener('click', () => this.zoomed(act));
      return made;
    };
    const controls = h(
      'div', 'nba-zooms',
      control('Zoom out (-)', 'M3.5 8h9', () => this.zoom.by(1 / CLOSER)),
      control('Zoom in (+)', 'M3.5 8h9M8 3.5v9', () => this.zoom.by(CLOSER)),
      control('The whole run (0)', 'M2.5 3v10M13.5 3v10M4.5 8h7M6 6L4.3 8 6 10M10 6l1.7 2L10 10', () => this.zoom.fit())
    );
    controls.setAttribute('role', 'group');
    controls.setAttribute('aria-label', 'Zoom');
    this.track.setAttribute('aria-hidden', 'true');
    this.axis = h('div', 'nba-axis', controls, this.track, h('span'));
    this.el.append(this.axis, this.list.el);
    this.el.addEventListener('wheel', event => this.wheel(event), { passive: false });
    for (const element of [this.track, this.list.el]) element.addEventListener('pointerdown', event => this.drag(event, element === this.track));
    if (typeof ResizeObserver !== 'undefined') new ResizeObserver(() => this.drawAxis()).observe(this.track);
  }

  get selected(): SpanRow | undefined {
    return this.list.selected;
  }

  /** Another run: nothing is known of its spans. */
  reset(): void {
    this.rows.length = 0;
    this.waits = [];
    this.tree = [];
    this.folded.clear();
    this.zoom.fit();
    this.length = 0;
    this.list.reset();
    this.refresh();
  }

  /** Take spans that came, those that are there already are changed; and all waits for a person. */
  take(came: unknown, length: number, waits: unknown = []): void {
    const changed = takeSpans(this.rows, came);
    const told = readWaits(waits, this.running);
    if (changed || told.length || this.waits.length) this.tree = asTree([...this.rows, ...told]);
    this.waits = told;
    this.length = length;
    this.refresh();
  }

  /** The wait of this id, as it is by now. */
  wait(id: string | null): SpanRow | undefined {
    return this.waits.find(wait => wait.id === id);
  }

  get running(): boolean {
    return this.rows[0]?.status === 'running';
  }

  /** Whether it goes on, or would if a person decided. */
  get open(): boolean {
    return this.running || this.waits.some(wait => wait.status === 'paused');
  }

  set length(seconds: number) {
    const { lead, tail } = around(this.waits, seconds);
    this.whole = seconds;
    this.lead = lead;
    this.zoom.length = lead + seconds + tail;
  }

  get length(): number {
    return this.whole;
  }

  filterBy(filter: Filter): void {
    this.filter = filter;
    this.refresh();
  }

  get empty(): boolean {
    return !this.shown.length;
  }

  focus(): void {
    this.list.el.focus();
  }

  draw(): void {
    this.drawAxis();
    this.list.draw();
  }

  private refresh(): void {
    this.shown = unfolded(filterSpans(this.tree, this.filter), this.folded);
    this.el.style.setProperty('--rows', String(this.shown.length));
    this.list.show(this.shown.length, at => this.shown[at]);
    this.drawAxis();
  }

  private fold(row: SpanRow, fold = !this.folded.has(row.id)): void {
    if (fold) this.folded.add(row.id);
    else this.folded.delete(row.id);
    this.refresh();
  }

  private zoomed(act: () => void): void {
    act();
    this.draw();
  }

  private pressed(event: KeyboardEvent, row: SpanRow): boolean {
    const closed = this.folded.has(row.id);
    if (event.key === '+' || event.key === '=') this.zoomed(() => this.zoom.by(CLOSER));
    else if (event.key === '-') this.zoomed(() => this.zoom.by(1 / CLOSER));
    else if (event.key === '0') this.zoomed(() => this.zoom.fit());
    else if (event.shiftKey && (event.key === 'ArrowRight' || event.key === 'ArrowLeft')) this.zoomed(() => this.zoom.pan(event.key === 'ArrowRight' ? 0.2 : -0.2));
    else if (event.key === '*') {
      this.folded.clear();
      this.refresh();
    } else if (event.key === 'ArrowRight' && row.children) {
      if (closed) this.fold(row, false);
      else this.list.select(this.shown[this.shown.indexOf(row) + 1]?.id ?? row.id);
    } else if (event.key === 'ArrowLeft') {
      if (row.children && !closed) this.fold(row, true);
      else if (row.parent) this.list.select(row.parent);
    } else return event.key === 'ArrowRight';
    return true;
  }

  /** Where the pointer is along the axis, from 0 to 1. */
  private along(x: number): number {
    const box = this.track.getBoundingClientRect();
    return box.width ? Math.max(0, Math.min(1, (x - box.left) / box.width)) : 0.5;
  }

  private wheel(event: WheelEvent): void {
    const sideways = event.shiftKey ? event.deltaY || event.deltaX : Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : 0;
    if (event.ctrlKey || event.metaKey) this.zoomed(() => this.zoom.by(Math.exp(-event.deltaY * 0.004), this.along(event.clientX)));
    else if (sideways && this.zoom.zoomed) this.zoomed(() => this.zoom.pan(sideways / 400));
    else return;
    event.preventDefault();
  }

  /** On the axis a stretch is marked, and seen; on the bars time is moved. */
  private drag(event: PointerEvent, marks: boolean): void {
    if (event.button !== 0 || (!marks && (!this.zoom.zoomed || !(event.target as Element).closest('.nba-span-track')))) return;
    const [begin, seen] = [this.along(event.clientX), this.zoom.seen];
    const wide = seen.to - seen.from;
    const stretch = h('span', 'nba-axis-stretch');
    let moved = false;
    const move = (now: PointerEvent) => {
      const at = this.along(now.clientX);
      moved ||= Math.abs(now.clientX - event.clientX) > 3;
      if (!moved) return;
      if (!marks) return this.zoomed(() => this.zoom.see(seen.from - (at - begin) * wide, seen.to - (at - begin) * wide));
      if (!stretch.isConnected) this.track.append(stretch);
      stretch.style.left = `${100 * Math.min(at, begin)}%`;
      stretch.style.width = `${100 * Math.abs(at - begin)}%`;
    };
    const end = (last: PointerEvent) => {
      removeEventListener('pointermove', move);
      removeEventListener('pointerup', end);
      removeEventListener('pointercancel', end);
      stretch.remove();
      if (!moved) return;
      const ignore = (click: Event) => click.stopPropagation(); // it was none on a span
      addEventListener('click', ignore, { capture: true, once: true });
      setTimeout(() => removeEventListener('click', ignore, { capture: true }));
      const at = this.along(last.clientX);
      if (marks && at !== begin) this.zoomed(() => this.zoom.see(seen.from + Math.min(at, begin) * wide, seen.from + Math.max(at, begin) * wide));
    };
    addEventListener('pointermove', move);
    addEventListener('pointerup', end);
    addEventListener('pointercancel', end);
  }

  private drawAxis(): void {
    const seen = this.zoom.seen;
    const { at, step } = ticks(seen, Math.max(1, (this.track.clientWidth || 200) / TICK));
    const place = (time: number) => (100 * (time - seen.from)) / (seen.to - seen.from);
    // the last one stands within the track only where it has room
    const marks = this.whole > 0 ? at.filter(time => place(time) <= 100) : [];
    const room = (100 * TICK * 0.7) / (this.track.clientWidth || 200); // percent that a mark's words take
    this.track.replaceChildren(...marks.map((time, i) => {
      const mark = h('span', 'nba-tick', tickWords(time, step));
      const next = marks[i + 1];
      mark.style.left = `${place(time).toFixed(3)}%`;
      mark.dataset.end = String(place(time) > 100 - room);
      // words that would stand on those of the next one, which go to its left
      if (next !== undefined && place(next) > 100 - room && place(next) - place(time) < 2 * room) mark.textContent = '';
      return mark;
    }));
    show(this.axis, this.rows.length > 0);
    this.el.dataset.zoomed = String(this.zoom.zoomed);
  }

  private drawRow(row: HTMLElement, span: SpanRow): void {
    if (!row.firstChild) {
      row.append(
        h('span', 'nba-span-name', h('span', 'nba-twist'), h('span', 'nba-mark'), h('span')),
        h('span', 'nba-span-track', h('span', 'nba-span-bar', h('span', 'nba-span-head'))),
        h('span', 'nba-span-time')
      );
      row.classList.add('nba-span');
    }
    const [name, track, time] = [...row.children] as HTMLElement[];
    const folded = this.folded.has(span.id);
    row.dataset.kind = span.kind;
    row.dataset.failed = String(span.status === 'error');
    row.setAttribute('aria-level', String(span.depth + 1));
    if (span.children) row.setAttribute('aria-expanded', String(!folded));
    else row.removeAttribute('aria-expanded');
    name!.style.paddingLeft = `${Math.min(span.depth, 10) * 10 + 2}px`;
    (name!.children[0] as HTMLElement).dataset.folded = span.children ? String(folded) : 'leaf';
    drawMark(name!.children[1] as HTMLElement, span.status);
    say(name!.children[2]!, folded ? `${span.name} (${span.children})` : span.name);
    const drawn = track!.firstElementChild as HTMLElement;
    const { from, to } = this.zoom.seen;
    const seen = bar(span, { from: from - this.lead, to: to - this.lead }, this.whole);
    show(drawn, seen !== null);
    if (seen) {
      drawn.style.left = `min(${seen.left.toFixed(3)}%, 100% - 2px)`;
      drawn.style.width = `${seen.width.toFixed(3)}%`;
      (drawn.firstElementChild as HTMLElement).style.width = `${seen.head.toFixed(2)}%`;
    }
    const spent = span.duration === null ? (span.status === 'running' ? '…' : '') : seconds(span.duration);
    say(time!, span.asked && span.duration === null ? `${seconds(Math.max(0, this.whole - span.start))} …` : spent);
    const asked = (span.asked ?? []).map(([tool, decided]) => `${tool} ${decided}`.trim());
    const facts = [named(span), span.asked ? '' : span.status, spent, ...asked, span.ttft === null ? '' : `first token ${seconds(span.ttft)}`, tokens(span.input, span.output), span.error ?? ''];
    row.title = facts.filter(Boolean).join('\n');
    row.setAttribute('aria-label', facts.filter(Boolean).join(', '));
  }
}
