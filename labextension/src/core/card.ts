/** The card of one tool call: name, arguments as they fill in, what became of it, and the decision where one is asked. */

import { Approval, type Decision } from './approval';
import { h, icon, say, seconds, show } from './dom';
import { Fold } from './fold';
import { entries, pretty, readable, unquote } from './json';
import type { Memory } from './memory';
import type { ToolItem } from './state';

const WORDS: Record<ToolItem['status'], string> = {
  arriving: '', pending: 'waits for you', queued: 'queued', running: 'running', ok: '', error: 'failed', rejected: 'rejected', cancelled: 'cancelled'
};
const UNDER_WAY = new Set<ToolItem['status']>(['arriving', 'queued', 'running', 'pending']);

export interface CardHost {
  /** Whether somebody listens and waits: not in a saved notebook, and not after the run. */
  decidable: () => boolean;
  decide: (item: ToolItem, decision: Decision) => void;
  /** Seconds since the call began, while it runs. */
  elapsed: () => number | null;
}

export class Card {
  readonly k = 'tool';
  readonly el: HTMLElement;
  private fold: Fold;
  private icon: Element = h('span');
  private name = h('code', 'nba-name');
  private brief = h('span', 'nba-brief');
  private status = h('span', 'nba-status');
  private args = h('div', 'nba-args');
  private progress: Fold;
  private lines = h('pre', 'nba-progress');
  private result = h('pre', 'nba-result');
  private note = h('div', 'nba-note');
  private error = h('div', 'nba-tool-error');
  private trace: Fold;
  private traceback = h('pre', 'nba-result');
  private approval?: Approval;
  private asked?: ToolItem['approval'];
  private item?: ToolItem;
  private drawn: Partial<ToolItem> = {};

  constructor(key: string, memory: () => Memory, private host: CardHost) {
    this.fold = new Fold(`${key}.card`, memory, 'nba-card');
    this.progress = new Fold(`${key}.progress`, memory, 'nba-inner');
    this.trace = new Fold(`${key}.trace`, memory, 'nba-inner');
    this.trace.summary.append('Traceback');
    this.trace.body.append(this.traceback);
    this.progress.body.append(this.lines);
    this.fold.summary.append(this.icon, this.name, this.brief, this.status);
    for (const [scroller, part] of [[this.args, 'args'], [this.result, 'result'], [this.lines, 'lines'], [this.traceback, 'traceback']] as const) {
      scroller.dataset.scroll = `${key}.${part}`;
    }
    this.fold.body.append(this.args, this.progress.el, this.error, this.trace.el, this.result, this.note);
    this.el = this.fold.el;
  }

  draw(item: ToolItem): void {
    this.item = item;
    if (this.drawn.status !== item.status || !this.drawn.id) {
      const next = icon(item.status);
      this.icon.replaceWith(next);
      this.icon = next;
      this.el.dataset.status = item.status;
    }
    say(this.name, item.name || '…');
    this.time(item);
    if (this.drawn.arguments !== item.arguments) this.drawArguments(item.arguments);
    this.drawProgress(item);
    this.drawResult(item);
    this.drawApproval(item);
    this.fold.draw(true);
    this.drawn = { ...item };
  }

  /** The status line alone: it counts while the call runs. */
  time(item: ToolItem): void {
    const word = [WORDS[item.status], item.edited ? 'edited' : ''].filter(Boolean);
    const running = item.status === 'running' ? this.host.elapsed() : null;
    if (running !== null && running >= 1) word.push(`${Math.floor(running)} s`);
    else if (item.status !== 'running' && item.duration !== undefined) word.push(seconds(item.duration));
    say(this.status, word.join(' · '));
  }

  private drawArguments(text: string): void {
    const found = entries(text);
    say(this.brief, found ? found.map(([key, raw]) => `${key}=${raw.length > 60 ? raw.slice(0, 60) + '…' : raw}`).join(', ') : text.slice(0, 120));
    if (found === null) {
      const raw = this.args.firstElementChild?.tagName === 'PRE' ? this.args.firstElementChild : h('pre', 'nba-block');
      say(raw, text);
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
      say(row.children[0]!, key);
      say(row.children[1]!, block ? unquote(raw) : raw.startsWith('"') || raw.length < 48 ? raw : pretty(raw));
    });
    while (this.args.children.length > found.length) this.args.lastElementChild!.remove();
    show(this.args, found.length > 0);
  }

  private drawProgress(item: ToolItem): void {
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

  private drawResult(item: ToolItem): void {
    const failed = item.status === 'error' && item.error !== undefined;
    show(this.error, failed);
    show(this.trace.el, failed && !!item.error?.traceback);
    if (failed && this.drawn.error !== item.error) {
      this.error.replaceChildren(h('strong', '', item.error!.type), `: ${item.error!.message}`);
      say(this.traceback, item.error!.traceback ?? '');
      this.trace.draw(false);
    }
    const shown = !failed && item.result !== undefined;
    show(this.result, shown && item.result !== '');
    if (shown && this.drawn.result !== item.result) say(this.result, readable(item.result!));
    const notes = [];
    if (shown && item.result === '') notes.push('no output');
    if (item.files?.length) notes.push(item.files.join(', '));
    if (item.cut) notes.push('cut: the whole result is in the trace');
    say(this.note, notes.join(' · '));
    show(this.note, notes.length > 0);
  }

  private drawApproval(item: ToolItem): void {
    const asked = item.status === 'pending' && this.host.decidable() ? item.approval : undefined;
    if (asked === this.asked || (asked?.digest === this.asked?.digest && !this.approval?.sent)) return;
    this.approval?.el.remove();
    this.approval = undefined;
    this.asked = asked;
    if (!asked) return;
    this.approval = new Approval(
      () => this.item!.arguments,
      decision => this.host.decide(this.item!, decision)
    );
    this.args.after(this.approval.el);
  }
}
