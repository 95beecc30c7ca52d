/** The tab of sessions: the conversations of a kernel, or one of them to read, to go on with from any message, to save and to begin anew. */

import { button, count, h, quiet, say, show } from '../core/dom';
import { drawMessage } from './message';
import { fits } from './search';
import { freeName, readMessages, readSessions, type MessageRow, type SessionRow } from './session-rows';
import type { Page, Tab } from './tabs';
import { Things } from './things';
import { cost } from './words';

export class SessionsTab implements Tab {
  readonly id = 'sessions';
  readonly label = 'Sessions';
  readonly el = h('div', 'nba-desk');
  private things = new Things('session', 'sessions', () => this.refresh(), () => this.draw());
  private load = button('Load…', '', () => this.ask('Load a session from a file', [['File', ''], ['Name (optional)', '']], 'Load', ([path, name]) => this.act('load', name ?? '', { path })));
  private back = button('‹ Sessions', 'nba-back', () => this.leave());
  private title = h('b', 'nba-panel-title');
  private facts = h('p', 'nba-session-facts');
  private reset = button('Reset…', '', () => this.ask(`Forget its ${count(this.row?.messages ?? 0)} messages? Its runs stay in the Runs tab; to go on with them later, save it to a file first.`, [], 'Reset', () => this.act('reset', this.open ?? '', {})));
  private save = button('Save…', '', () => this.ask('Save to a file', [['File', `${this.open}.json`]], 'Save', ([path]) => this.act('save', this.open ?? '', { path })));
  private head = h('div', 'nba-session-head', h('div', 'nba-thing-line', this.back, this.title), this.facts, h('div', 'nba-buttons', this.reset, this.save));
  private form = quiet(h('form', 'nba-session-form'));
  private messages = h('ol', 'nba-messages');
  private more = button('More', '', () => this.read(this.known.length));
  private rows: SessionRow[] = [];
  private open: string | null = null;
  private known: MessageRow[] = [];
  private total = 0;

  constructor(private page: Pick<Page, 'ask'>) {
    const { top, said, note, list } = this.things;
    top.append(this.load);
    this.messages.setAttribute('aria-label', 'Conversation');
    this.el.append(top, said, this.form, note, list, this.head, this.messages, this.more);
    this.el.addEventListener('keydown', event => {
      if (event.key !== 'Escape' || (this.open === null && this.form.hidden)) return;
      event.stopPropagation();
      if (this.form.hidden) this.leave();
      else this.cancel();
    });
    this.clear('');
  }

  shown(visible: boolean): void {
    this.things.shown(visible);
  }

  clear(why: string): void {
    this.things.clear(why);
    this.rows = [];
    this.open = null;
    this.known = [];
    this.messages.replaceChildren();
    show(this.form, false);
    this.draw();
  }

  resume(): void {
    this.things.again();
  }

  take(message: unknown): void {
    const { t, ...told } = (message ?? {}) as Record<string, unknown>;
    if (t === 'sessions') {
      this.things.why = '';
      this.rows = readSessions(told.sessions);
      if (this.open !== null && !this.row) this.open = null;
      this.draw();
    } else if (t === 'session' && told.name === this.open) this.transcript(told);
    else if (t === 'session-done') {
      this.things.tell(String(told.error ?? told.text ?? ''), told.error !== undefined);
      if (typeof told.open === 'string') this.enter(told.open);
      this.refresh();
    } else if (t === 'sessions-changed' || t === 'changed') this.things.again();
  }

  private get row(): SessionRow | undefined {
    return this.rows.find(row => row.name === this.open);
  }

  private refresh(): void {
    this.page.ask({ t: 'sessions' });
    if (this.open !== null) this.read(0);
  }

  private read(from: number): void {
    this.page.ask({ t: 'session', name: this.open, from });
  }

  private transcript(told: Record<string, unknown>): void {
    const found = readMessages(told.messages);
    const from = typeof told.from === 'number' ? told.from : 0;
    const before = from && from === this.known.length ? this.known : [];
    // what was read beyond the first part stays, unless the conversation became another
    const rest = from === 0 && JSON.stringify(this.known.slice(0, found.length)) === JSON.stringify(found) ? this.known.slice(found.length) : [];
    const all = [...before, ...found, ...rest];
    this.total = typeof told.total === 'number' ? told.total : all.length;
    this.known = all.slice(0, this.total);
    this.known.forEach((message, i) => {
      const key = JSON.stringify(message);
      const drawn = this.messages.children[i] as HTMLElement | undefined;
      if (drawn?.dataset.key === key) return;
      const made = drawMessage(message, () => this.fork(message.at + 1));
      made.dataset.key = key;
      if (drawn) drawn.replaceWith(made);
      else this.messages.append(made);
    });
    while (this.messages.children.length > this.known.length) this.messages.lastElementChild!.remove();
    this.draw();
  }

  private fork(at: number): void {
    const name = freeName(this.open ?? 'session', this.rows.map(row => row.name));
    this.ask(`Go on from message ${at} in a session of its own`, [['Name', name]], 'Fork', ([made]) => this.act('fork', this.open ?? '', { new: made, at }));
  }

  private act(verb: string, name: string, more: Record<string, unknown>): void {
    this.page.ask({ t: 'do-session', verb, name, ...more });
  }

  /** Ask for what a verb takes, above everything else of the tab. */
  private ask(words: string, inputs: [label: string, value: string][], label: string, go: (values: string[]) => void): void {
    const from = document.activeElement;
    const made = inputs.map(([name, value]) => {
      const input = h('input', 'nba-control');
      input.value = value;
      input.spellcheck = false;
      return h('label', 'nba-session-field', h('span', 'nba-hint', name), input);
    });
    const submit = button(label, label === 'Reset' ? 'nba-danger' : 'nba-primary', () => undefined);
    submit.type = 'submit';
    this.form.replaceChildren(h('p', '', words), ...made, h('div', 'nba-buttons', submit, button('Cancel', '', () => this.cancel())));
    this.form.setAttribute('aria-label', words);
    this.form.onsubmit = event => {
      event.preventDefault();
      const values = made.map(each => each.querySelector('input')!.value.trim());
      if (values.length && !values[0]) return;
      this.cancel();
      // what was pressed may soon be gone, or not to be pressed
      (this.open === null ? this.load : this.back).focus();
      go(values);
    };
    this.cancel = () => {
      show(this.form, false);
      if (from instanceof HTMLElement && from.isConnected) from.focus();
    };
    this.things.tell('');
    show(this.form, true);
    const first = this.form.querySelector('input');
    (first ?? submit).focus();
    first?.select();
    this.form.scrollIntoView?.({ block: 'nearest' });
  }

  private cancel: () => void = () => show(this.form, false);

  private enter(name: string): void {
    this.open = name;
    this.known = [];
    this.total = 0;
    this.messages.replaceChildren();
    this.draw();
    this.read(0);
    this.back.focus();
  }

  private leave(): void {
    const name = this.open;
    this.open = null;
    show(this.form, false);
    this.draw();
    if (name !== null) this.focusOn(name);
  }

  private focusOn(name: string): void {
    [...this.things.list.querySelectorAll<HTMLElement>('.nba-session')].find(each => each.dataset.name === name)?.focus();
  }

  private draw(): void {
    const opened = this.open !== null;
    const fit = this.rows.filter(row => fits(this.things.search.text, [row.name, ...facts(row)].join('\n')));
    if (opened) this.things.draw(0, 0, this.total || !this.row || this.row.messages ? '' : 'Nothing was said in this session yet.');
    else this.things.draw(fit.length, this.rows.length, 'No sessions in this kernel yet. The first %%agent cell begins one.');
    show(this.things.top, !this.things.why && !opened);
    show(this.head, opened);
    show(this.messages, opened);
    show(this.more, opened && this.known.length < this.total);
    say(this.more, `${count(this.total - this.known.length)} more messages`);
    if (opened) this.drawHead();
    else this.drawList(fit);
  }

  private drawHead(): void {
    const row = this.row;
    say(this.title, this.open ?? '');
    say(this.facts, row ? facts(row).join(' · ') : '');
    this.reset.disabled = !row?.messages || row.busy;
    this.save.disabled = !row?.messages;
  }

  private drawList(rows: SessionRow[]): void {
    const { list } = this.things;
    const key = JSON.stringify(rows);
    if (list.dataset.key === key) return;
    list.dataset.key = key;
    const focused = (document.activeElement as HTMLElement | null)?.dataset?.name;
    list.replaceChildren(...rows.map(row => {
      const opener = button('', 'nba-session', () => this.enter(row.name));
      opener.dataset.name = row.name;
      opener.append(h('b', '', row.name), h('span', 'nba-hint', facts(row).join(' · ')));
      const item = h('div', 'nba-thing', opener);
      item.setAttribute('role', 'listitem');
      return item;
    }));
    if (focused !== undefined) this.focusOn(focused);
  }
}

function facts(row: SessionRow): string[] {
  const waits = row.pending.length ? `waits for you: ${row.pending.join(', ')}` : '';
  const tokens = row.input || row.output ? `${count(row.input)} → ${count(row.output)} tokens` : '';
  return [
    row.busy ? 'is answering' : '', waits, row.model, `${count(row.messages)} ${row.messages === 1 ? 'message' : 'messages'}`, tokens, row.cost === 0 && !tokens && !row.local ? '' : cost(row.cost, row.local),
    row.granted.length ? `unasked: ${row.granted.join(', ')}` : ''
  ].filter(Boolean);
}
