/**
 * The card of one tool call: name, arguments as they fill in, what became of it, and the decision where one is asked. A tool
 * that the provider ran has one too, without any of what happens here.
 */

import { Approval, type Decision } from './approval';
import { h, icon, say, scroller, seconds, show } from './dom';
import { pictures } from './files';
import { Fold } from './fold';
import { entries, pretty, readable, unquote, unturned } from './json';
import type { Memory } from './memory';
import { UNDER_WAY, type ServerToolItem, type ToolItem } from './state';
import { drawResultTable, Value } from './value';

const WORDS: Record<ToolItem['status'], string> = {
  arriving: '', pending: 'waits for you', queued: 'queued', running: 'running', ok: '', error: 'failed', rejected: 'rejected', cancelled: 'cancelled'
};

/** What the final tool of an answer with a type is called: its arguments are the answer. */
const OUTPUT_TOOL = /^final_result(?:_\d+)?$/;

type CallItem = Partial<ToolItem> & Omit<ServerToolItem, 'k'>;

export interface CardHost {
  /** The type that the answer is to be of. */
  output: () => string | null;
  /** Whether somebody listens and waits: not in a saved notebook, and not after the run. */
  decidable: () => boolean;
  decide: (item: ToolItem, decision: Decision) => void;
  /** Seconds since the call began, while it runs. */
  elapsed: () => number | null;
}

export class Card {
  readonly el: HTMLElement;
  private fold: Fold;
  private icon: Element = h('span');
  private name = h('code', 'nba-name');
  private brief = h('span', 'nba-brief');
  private status = h('span', 'nba-status');
  private args = h('div', 'nba-args');
  private value?: Value;
  private bar = h('div', 'nba-bar', h('div'));
  private images = h('div', 'nba-images');
  private table = h('div', 'nba-result-table');
  private given: Fold;
  private progress: Fold;
  private lines = h('pre', 'nba-progress');
  private result = h('pre', 'nba-result');
  private note = h('div', 'nba-note');
  private error = h('div', 'nba-tool-error');
  private trace: Fold;
  private traceback = h('pre', 'nba-result');
  private approval?: Approval;
  private asked?: ToolItem['approval'];
  private item?: CallItem;
  private drawn: Partial<ToolItem> = {};

  constructor(readonly k: 'tool' | 'server_tool', key: string, memory: () => Memory, private host: CardHost) {
    this.fold = new Fold(`${key}.card`, memory, 'nba-card');
    this.progress = new Fold(`${key}.progress`, memory, 'nba-inner');
    this.trace = new Fold(`${key}.trace`, memory, 'nba-inner');
    this.given = new Fold(`${key}.given`, memory, 'nba-inner');
    this.given.summary.append('What the model was given');
    this.given.body.append(this.result);
    this.bar.setAttribute('role', 'progressbar');
    this.trace.summary.append('Traceback');
    this.trace.body.append(this.traceback);
    this.progress.body.append(this.lines);
    this.fold.summary.append(this.icon, this.name, this.brief, ...(k === 'server_tool' ? [h('span', 'nba-flag', 'ran at the provider')] : []), this.status);
    for (const [long, part] of [[this.args, 'args'], [this.result, 'result'], [this.lines, 'lines'], [this.traceback, 'traceback']] as const) {
      scroller(long, `${key}.${part}`);
    }
    this.fold.body.append(this.args, this.bar, this.progress.el, this.error, this.trace.el, this.images, this.table, this.given.el, this.note);
    this.el = this.fold.el;
  }

  draw(item: CallItem): void {
    this.item = item;
    show(this.el, !item.folded);
    if (this.drawn.status !== item.status || !this.drawn.id) {
      const next = icon(item.status);
      this.icon.replaceWith(next);
      this.icon = next;
      this.el.dataset.status = item.status;
    }
    const type = this.answers(item);
    say(this.name, type ?? (item.name || '…'));
    this.time(item);
    if (this.drawn.arguments !== item.arguments || this.drawn.defaults !== item.defaults) this.drawArguments(item.arguments);
    this.drawProgress(item);
    this.drawResult(item);
    this.drawApproval(item);
    // what a provider found is long, and the answer says what matters of it
    this.fold.draw(this.k === 'tool' || UNDER_WAY.has(item.status) || item.status === 'error');
    this.drawn = { ...item };
  }

  /** The answer's type, where the call is the answer. */
  private answers(item: CallItem): string | null {
    return this.k === 'tool' && OUTPUT_TOOL.test(item.name) ? this.host.output() : null;
  }

  /** The status line alone: it counts while the call runs. */
  time(item: CallItem): void {
    const word = [WORDS[item.status], item.edited ? 'edited' : '', item.repaired ? 'JSON mended' : ''].filter(Boolean);
    const running = item.status === 'running' ? this.host.elapsed() : null;
    if (running !== null && running >= 1) word.push(`${Math.floor(running)} s`);
    else if (item.status !== 'running' && item.duration !== undefined) word.push(seconds(item.duration));
    say(this.status, word.join(' · '));
  }

  private drawArguments(text: string): void {
    if (this.item && this.answers(this.item) !== null) {
      say(this.brief, '');
      if (!this.value) this.args.replaceWith((this.value = new Value()).el);
      this.value.draw(text, true);
      return;
    }
    const found = entries(text);
    say(this.brief, unturned(found ? found.map(([key, raw]) => `${key}=${raw.length > 60 ? raw.slice(0, 60) + '…' : raw}`).join(', ') : text.slice(0, 120)));
    if (found === null) {
      const raw = this.args.firstElementChild?.tagName === 'PRE' ? this.args.firstElementChild : h('pre', 'nba-block');
      say(raw, unturned(text));
      if (raw.parentElement !== this.args) this.args.replaceChildren(raw);
      show(this.args, text.trim() !== '');
      return;
    }
    found.forEach(([key, raw], i) => {
      let row = this.args.children[i] as HTMLElement | undefined;
      if (!row || row.tagName !== 'DIV') {
        const fresh = h('div', 'nba-arg', h('span', 'nba-key'), h('span', 'nba-value'));
        if (row) row.replaceWith(fresh);
        else this.args.append(fresh);
        row = fresh;
      }
      const block = raw.startsWith('"') && raw.includes('\\n');
      row.classList.toggle('nba-long', block);
      say(row.children[0]!, unturned(key));
      say(row.children[1]!, unturned(block ? unquote(raw) : raw.startsWith('"') || raw.length < 48 ? raw : pretty(raw)));
    });
    while (this.args.children.length > found.length) this.args.lastElementChild!.remove();
    this.args.append(...this.leftOut(found));
    show(this.args, this.args.children.length > 0);
  }

  /** What the call leaves to its tool, which runs with it all the same. */
  private leftOut(given: [string, string][]): HTMLElement[] {
    const left = (this.item?.defaults ?? []).filter(([name]) => !given.some(([key]) => key === name));
    return left.map(([name, value]) =>
      h('div', 'nba-arg nba-left', h('span', 'nba-key', name), h('span', 'nba-value', value.length < 48 ? value : pretty(value), ' ', h('span', 'nba-default', 'default')))
    );
  }

  private drawProgress(item: CallItem): void {
    const { fraction } = item;
    show(this.bar, fraction !== undefined && UNDER_WAY.has(item.status));
    if (fraction !== undefined) {
      const percent = Math.round(fraction * 100);
      (this.bar.firstElementChild as HTMLElement).style.width = `${percent}%`;
      this.bar.setAttribute('aria-valuenow', String(percent));
      this.bar.setAttribute('aria-label', `${item.name}: ${percent} %`);
    }
    const lines = item.progress ?? [];
    show(this.progress.el, lines.length > 0);
    if (!lines.length) return;
    if (this.drawn.progress !== item.progress) {
      const follow = this.lines.scrollTop + this.lines.clientHeight >= this.lines.scrollHeight - 4;
      say(this.progress.summary, `Progress · ${lines.length} ${lines.length === 1 ? 'line' : 'lines'}`);
      say(this.lines, lines.join('\n'));
      if (follow) this.lines.scrollTop = this.lines.scrollHeight;
    }
    this.progress.draw(UNDER_WAY.has(item.status));
  }

  private drawResult(item: CallItem): void {
    const failed = item.status === 'error' && item.error !== undefined;
    show(this.error, failed);
    show(this.trace.el, failed && !!item.error?.traceback);
    if (failed && this.drawn.error !== item.error) {
      this.error.replaceChildren(h('strong', '', item.error!.type), `: ${item.error!.message}`);
      say(this.traceback, item.error!.traceback ?? '');
      this.trace.draw(false);
    }
    const shown = !failed && item.result !== undefined;
    const drawn = shown && (item.table !== undefined || !!item.images?.length);
    if (shown && this.drawn.images !== item.images) this.images.replaceChildren(...pictures(item.images ?? [], item.name));
    if (drawn && item.table && this.drawn.table !== item.table) drawResultTable(this.table, item.table);
    show(this.images, drawn && this.images.children.length > 0);
    show(this.table, drawn && item.table !== undefined);
    if (shown && this.drawn.result !== item.result) say(this.result, readable(item.result!));
    this.drawGiven(shown && item.result !== '', drawn);
    const notes = [];
    if (shown && item.result === '' && !drawn && !item.files?.length) notes.push('no output');
    if (item.files?.length) notes.push(item.files.join(' · '));
    if (item.cut) notes.push(this.k === 'tool' ? 'cut: the whole result is in the trace' : 'cut');
    say(this.note, notes.join(' · '));
    show(this.note, notes.length > 0);
  }

  /** The result's text: as it is, or folded away where a picture or a table says the same. */
  private drawGiven(there: boolean, drawn: boolean): void {
    const place = drawn ? this.given.body : this.fold.body;
    if (this.result.parentElement !== place) {
      if (drawn) place.append(this.result);
      else this.given.el.before(this.result);
    }
    show(this.result, there);
    show(this.given.el, there && drawn);
    this.given.draw(false);
  }

  refused(why: string): void {
    this.approval?.again([['', why]]);
  }

  private drawApproval(item: CallItem): void {
    const asked = item.status === 'pending' && this.host.decidable() ? item.approval : undefined;
    if (asked && this.approval && asked.digest === this.asked?.digest && asked.attempt !== this.asked?.attempt) {
      this.asked = asked;
      this.approval.again(asked.problems ?? []);
      return;
    }
    if (asked === this.asked || (asked?.digest === this.asked?.digest && !this.approval?.sent)) return;
    this.approval?.el.remove();
    this.approval = undefined;
    this.asked = asked;
    if (!asked) return;
    this.approval = new Approval(
      () => this.item as ToolItem,
      decision => this.host.decide(this.item as ToolItem, decision)
    );
    this.args.after(this.approval.el);
  }
}
