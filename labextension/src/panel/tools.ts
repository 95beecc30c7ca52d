/** The tab of tools: what each is and where it is written, whether its calls wait for a person, and whether it is offered at all. */

import { button, h, quiet, say, show } from '../core/dom';
import { highlight } from '../core/highlight';
import { pretty } from '../core/json';
import { fields } from '../core/schema';
import type { Page, Tab } from './tabs';
import { Things } from './things';
import { readTool, readTools, type ToolDetails, type ToolRow } from './tool-rows';
import { fits } from './search';

const MODES: [mode: string, label: string][] = [['default', ''], ['ask', 'Ask each time'], ['always', 'Never ask']];
const OWN: Record<string, string> = { asks: 'As written: asks', 'does not ask': 'As written: never', 'by its arguments': 'As written: sometimes' };

export class ToolsTab implements Tab {
  readonly id = 'tools';
  readonly label = 'Tools';
  readonly el = h('div', 'nba-desk');
  private things = new Things('tool', 'tools', () => this.refresh(), () => this.draw());
  private cards = new Map<string, ToolCard>();

  /** `jump` goes to a cell of the notebook; null where it is not there. */
  constructor(private page: Pick<Page, 'ask'>, private jump: (cell: string) => (() => void) | null) {
    this.el.append(this.things.top, this.things.said, this.things.note, this.things.list);
    this.clear('');
  }

  shown(visible: boolean): void {
    this.things.shown(visible);
  }

  clear(why: string): void {
    this.cards.clear();
    this.things.list.replaceChildren();
    this.things.clear(why);
    this.draw();
  }

  resume(): void {
    this.things.again();
  }

  take(message: unknown): void {
    const { t, tools, name, tool, text } = (message ?? {}) as Record<string, unknown>;
    if (t === 'tools') {
      this.things.why = '';
      this.drawRows(readTools(tools));
    } else if (t === 'tool') this.cards.get(String(name))?.tell(readTool(tool));
    else if (t === 'tool-error') {
      this.things.tell(String(text));
      this.refresh();
    } else if (t === 'tools-changed' || (t === 'changed' && this.things.why)) this.things.again();
  }

  private refresh(): void {
    this.page.ask({ t: 'tools' });
    for (const [name, card] of this.cards) if (card.open) this.page.ask({ t: 'tool', name });
  }

  private drawRows(rows: ToolRow[]): void {
    const { list } = this.things;
    const names = new Set(rows.map(row => row.name));
    for (const [name, card] of this.cards) {
      if (names.has(name)) continue;
      card.el.remove();
      this.cards.delete(name);
    }
    rows.forEach((row, i) => {
      let card = this.cards.get(row.name);
      if (!card) {
        card = new ToolCard(row.name, {
          say: verb => {
            this.things.tell('');
            this.page.ask({ t: 'say-of-tool', name: row.name, verb });
          },
          askIn: session => this.page.ask({ t: 'ask-in-session', name: row.name, session }),
          look: () => this.page.ask({ t: 'tool', name: row.name }),
          jump: this.jump
        });
        this.cards.set(row.name, card);
      }
      if (list.children[i] !== card.el) list.insertBefore(card.el, list.children[i] ?? null);
      card.draw(row);
    });
    this.draw();
  }

  /** Show those that fit what is looked for. */
  private draw(): void {
    const cards = [...this.cards.values()];
    const fit = cards.filter(card => fits(this.things.search.text, card.words));
    for (const card of cards) show(card.el, fit.includes(card));
    this.things.draw(fit.length, cards.length, 'No tools in this notebook yet. Functions of a %%tool cell show here.');
  }
}

interface CardLink {
  say(verb: string): void;
  askIn(session: string): void;
  look(): void;
  jump(cell: string): (() => void) | null;
}

let cards = 0;

class ToolCard {
  readonly el = h('article', 'nba-thing');
  private opener = quiet(h('button', 'nba-opener'));
  private on = quiet(h('input'));
  private place = h('span', 'nba-thing-place');
  private brief = h('p', 'nba-thing-brief');
  private mode = quiet(h('select', 'nba-control'));
  private grants = h('div', 'nba-grants');
  private body = h('div', 'nba-thing-body');
  private row?: ToolRow;
  private drawn = '';

  constructor(private name: string, private link: CardLink) {
    const id = `nba-tool-${++cards}`;
    this.el.setAttribute('role', 'listitem');
    this.el.setAttribute('aria-label', name);
    this.opener.type = 'button';
    this.opener.append(h('span', 'nba-turn'), h('code', '', name));
    this.opener.setAttribute('aria-expanded', 'false');
    this.opener.setAttribute('aria-controls', id);
    this.body.id = id;
    this.opener.addEventListener('click', () => this.toggle());
    this.on.type = 'checkbox';
    this.on.setAttribute('role', 'switch');
    this.on.setAttribute('aria-label', `Offer ${name} to the model`);
    this.on.addEventListener('change', () => link.say(this.on.checked ? 'on' : 'off'));
    this.mode.setAttribute('aria-label', `Approval of ${name}`);
    this.mode.append(...MODES.map(([mode, label]) => new Option(label, mode)));
    this.mode.addEventListener('change', () => link.say(this.mode.value));
    show(this.body, false);
    this.el.append(
      h('div', 'nba-thing-head', this.opener, this.place, h('label', 'nba-switch', this.on, 'On')), this.brief,
      h('div', 'nba-thing-line', h('span', 'nba-hint', 'Approval'), this.mode), this.grants, this.body
    );
  }

  get open(): boolean {
    return !this.body.hidden;
  }

  /** What it is found by. */
  get words(): string {
    return [this.name, this.row?.brief, this.row?.place].join('\n');
  }

  draw(row: ToolRow): void {
    this.row = row;
    this.el.dataset.on = String(row.on && row.enabled);
    this.on.checked = row.on;
    say(this.place, [row.enabled ? '' : 'off by its own enabled=', row.place].filter(Boolean).join(' · '));
    say(this.brief, row.brief || 'It has no description: the model is told its name and parameters only.');
    this.mode.options[0]!.text = OWN[row.asks] ?? 'As written';
    this.mode.value = row.mode;
    const said = row.granted.map(session => {
      const ask = button('Ask again', 'nba-quiet', () => this.link.askIn(session));
      ask.setAttribute('aria-label', `Ask again for ${this.name} in ${session}`);
      return h('span', 'nba-grant', h('span', '', `Approved in ${session}`), ask);
    });
    const held = row.mode === 'always' ? [h('span', 'nba-hint', 'Until its code is another, or the kernel ends.')] : [];
    if (JSON.stringify(row.granted) + row.mode !== this.grants.dataset.of) this.grants.replaceChildren(...said, ...held);
    this.grants.dataset.of = JSON.stringify(row.granted) + row.mode;
    show(this.grants, said.length + held.length > 0);
  }

  /** All that is known of it. */
  tell(tool: ToolDetails | null): void {
    const text = JSON.stringify(tool);
    if (text === this.drawn) return;
    this.drawn = text;
    if (!tool) {
      this.body.replaceChildren(h('p', 'nba-hint', 'This tool is no longer in the kernel.'));
      return;
    }
    const parameters = h('dl', 'nba-parameters', ...fields(tool.parameters).flatMap(field => {
      const kind = h('span', 'nba-hint', [field.choices.length ? field.choices.map(each => JSON.stringify(each)).join(' | ') : field.takes, field.required ? '' : field.fallback === undefined ? 'may be left out' : `default ${field.fallback}`].filter(Boolean).join(', '));
      return [h('dt', '', h('code', '', field.name)), h('dd', '', kind, ...(field.description ? [h('div', '', field.description)] : []))];
    }));
    const jump = this.row?.cell ? this.link.jump(this.row.cell) : null;
    const go = button(`Go to ${this.row?.place || 'the cell'}`, 'nba-jump', () => jump?.());
    this.body.replaceChildren(
      ...(tool.description ? [h('p', 'nba-thing-description', tool.description)] : []),
      h('h4', '', 'Parameters'), parameters.children.length ? parameters : h('p', 'nba-hint', 'none'),
      h('div', 'nba-thing-line', h('h4', '', 'Source'), ...(jump ? [go] : [])), tool.code ? code(tool.code, 'python', `Source of ${this.name}`) : h('p', 'nba-hint', 'Its source is not to be had.'),
      folded('Schema', code(pretty(JSON.stringify(tool.parameters)), 'json', `Schema of ${this.name}`)),
      h('p', 'nba-hint', tool.facts.map(([label, value]) => `${label} ${value}`).join(' · '))
    );
  }

  private toggle(): void {
    const open = !this.open;
    show(this.body, open);
    show(this.brief, !open || !this.row?.brief);
    this.opener.setAttribute('aria-expanded', String(open));
    if (open) this.link.look();
  }
}

function code(text: string, language: string, label: string): HTMLElement {
  const body = h('pre', 'nba-listing');
  body.tabIndex = 0;
  body.setAttribute('role', 'region');
  body.setAttribute('aria-label', label);
  const html = highlight(text, language);
  if (html === null) body.textContent = text;
  else body.innerHTML = html; // the highlighter's own spans around escaped text
  return body;
}

function folded(label: string, ...children: HTMLElement[]): HTMLElement {
  return h('details', 'nba-inner', quiet(h('summary', 'nba-summary', label)), ...children);
}
