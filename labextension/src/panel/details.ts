/** All that is known of a span: facts, tokens and cost, its error, what was said with the roles, arguments and result, and the raw request and response. */

import { count, h, quiet, show } from '../core/dom';
import { isValue, pretty } from '../core/json';
import { drawResultTable, Value } from '../core/value';
import type { Table } from '../core/state';
import type { Way } from './places';
import { cost, named } from './words';

export interface Section {
  group?: string;
  role?: string;
  title: string;
  text: string;
  format: string;
}

export interface Found {
  id: string;
  kind: string;
  name: string;
  status: string;
  facts: [string, string][];
  tokens?: Record<string, number> | null;
  cost?: { total: number | null; source: string } | null;
  error?: { type: string; message: string; traceback: string } | null;
  sections: Section[];
  table?: Table | null;
}

const LONG = 1200; // characters or 16 lines, of which a text is folded
const LINES = 16;
const TOKENS: [key: string, label: string][] = [['input', 'in'], ['cached', 'from the cache'], ['written', 'to the cache'], ['output', 'out'], ['reasoning', 'reasoning']];
const FRAME = /^ {2}File "(.+?)", line (\d+)(?:, in (.+))?\n((?: {4}.*\n?)*)/gm;

/** Draw a span. `raw` asks for the request and response of a model call. */
export function drawDetails(el: HTMLElement, found: Found, raw: () => void): void {
  const head = h('div', 'nba-details-head', h('b', '', named(found)), h('span', 'nba-fact-status', found.status));
  head.dataset.failed = String(found.status === 'error');
  const facts = h('dl', 'nba-details-facts', ...found.facts.flatMap(([label, value]) => fact(label, value)));
  if (found.tokens) facts.append(...fact('Tokens', tokenWords(found.tokens)));
  if (found.cost) facts.append(...fact('Cost', cost(found.cost.total, found.cost.source === 'local')));
  const parts: HTMLElement[] = [];
  if (found.error) parts.push(drawError(found.error));
  let group: string | undefined;
  for (const section of found.sections) {
    if (section.group && section.group !== group) parts.push(h('h3', '', section.group));
    group = section.group;
    parts.push(drawSection(section, section.title === 'Result' ? found.table ?? null : null));
  }
  if (found.kind === 'chat') parts.push(drawRaw(raw));
  el.replaceChildren(head, facts, ...parts);
  el.scrollTop = 0;
}

/** What came for `raw`: the texts, null where they are not known; `rebuilt`: made again of what is. `note` tells what was cut. */
export function showRaw(el: HTMLElement, bodies: (string | null)[] | null, rebuilt: boolean, note = ''): void {
  const place = el.querySelector<HTMLElement>('.nba-raw-bodies');
  if (!place) return;
  const texts = (bodies ?? []).flatMap((text, i) => (text ? [drawSection({ title: i ? 'Response' : 'Request', text, format: 'raw' }, null)] : []));
  const words = [note, !texts.length ? '' : rebuilt ? 'This is made again of what is kept of the call, not the bytes that were sent.' : note ? '' : 'As they went over the wire, without keys.'];
  place.replaceChildren(h('p', 'nba-panel-hint', words.filter(Boolean).join(' ') || 'Not kept.'), ...texts);
}

const fact = (label: string, value: string): HTMLElement[] => [h('dt', '', label), h('dd', '', value)];

function tokenWords(tokens: Record<string, number>): string {
  return TOKENS.flatMap(([key, label]) => (tokens[key] || key === 'input' || key === 'output' ? [`${count(tokens[key] ?? 0)} ${label}`] : [])).join(' · ');
}

function drawRaw(ask: () => void): HTMLElement {
  const box = h('details', 'nba-raw', h('summary', '', 'Raw request and response'), h('div', 'nba-raw-bodies', h('p', 'nba-panel-hint', 'Asking the kernel …')));
  quiet(box);
  box.addEventListener('toggle', () => {
    if (box.open) ask();
  });
  return box;
}

/** A button that leads to a cell, or the word why there is no way. */
export function drawWay(way: Way): HTMLElement {
  const word = h('span', 'nba-way-word', way.word ?? '');
  word.setAttribute('role', 'status');
  if (!way.go) return word;
  const button = small(way.label, 'nba-jump', async () => {
    word.textContent = '';
    word.textContent = await way.go!();
  });
  return h('span', 'nba-way', button, word);
}

export function small(label: string, name: string, act: () => void): HTMLButtonElement {
  const button = quiet(h('button', `nba-button ${name}`, label));
  button.type = 'button';
  button.addEventListener('click', act);
  return button;
}

function copyButton(text: () => string, what: string): HTMLButtonElement {
  const button = small('Copy', 'nba-copy-text', () => {
    const said = (word: string) => {
      button.textContent = word;
      setTimeout(() => (button.textContent = 'Copy'), 1500);
    };
    navigator.clipboard.writeText(text()).then(() => said('Copied'), () => said('Not allowed'));
  });
  button.setAttribute('aria-label', `Copy ${what}`);
  show(button, typeof navigator !== 'undefined' && navigator.clipboard !== undefined);
  return button;
}

function drawSection(section: Section, table: Table | null): HTMLElement {
  const isJson = (section.format === 'json' || section.format === 'raw') && isValue(section.text);
  const shown = isJson ? pretty(section.text) : section.text;
  const title = h('h4', '', section.title);
  const head = h('div', 'nba-said-head', title, copyButton(() => (section.format === 'raw' ? section.text : shown), section.title));
  const made = h('section', 'nba-said', head);
  made.dataset.format = section.format;
  if (section.role) made.dataset.role = section.role;
  if (table) {
    const place = h('div', 'nba-result-table');
    drawResultTable(place, table);
    made.append(place);
  } else if (isJson && section.format === 'json' && section.text.length < 50_000) {
    const value = new Value();
    value.draw(section.text);
    made.append(value.el.childElementCount ? folding(value.el, shown.split('\n').length > LINES * 3, section) : folding(pre(shown), long(shown), section));
  } else made.append(folding(pre(shown), long(shown), section));
  return made;
}

function pre(text: string): HTMLElement {
  const made = quiet(h('pre', '', text));
  made.tabIndex = 0;
  return made;
}

const long = (text: string): boolean => text.length > LONG || text.split('\n', LINES + 1).length > LINES;

/** Long texts show their beginning, and a button for the rest. */
function folding(body: HTMLElement, folds: boolean, section: Section): HTMLElement {
  if (!folds) return body;
  const box = h('div', 'nba-long', body);
  const words = (open: boolean) => (open ? 'Show less' : `Show all (${count(section.text.length)} characters)`);
  const button = small(words(false), 'nba-more', () => {
    const open = box.dataset.open !== 'true';
    box.dataset.open = String(open);
    button.textContent = words(open);
    button.setAttribute('aria-expanded', String(open));
  });
  button.setAttribute('aria-expanded', 'false');
  box.append(button);
  return box;
}

/** An error with the frames of its traceback, the last one, where it was raised, open to the eye. */
function drawError(error: { type: string; message: string; traceback: string }): HTMLElement {
  const whole = error.traceback || `${error.type}: ${error.message}`;
  const head = h('div', 'nba-said-head', h('h4', '', error.type), copyButton(() => whole, 'the error'));
  const made = h('section', 'nba-said nba-error-said', head, pre(error.message || error.type));
  made.dataset.format = 'error';
  const frames = [...error.traceback.matchAll(FRAME)];
  if (frames.length) {
    const list = h('ol', 'nba-frames', ...frames.map(([, file = '', line = '', name = '', code = '']) => {
      const place = h('span', 'nba-frame-place', `${file.split(/[\\/]/).at(-1)}:${line}`);
      place.title = file;
      return h('li', '', place, name ? ` in ${name}` : '', h('pre', '', code.replace(/^ {4}/gm, '').replace(/^[\s~^]+$/gm, '').trimEnd()));
    }));
    list.setAttribute('aria-label', 'Frames, the last one raised the error');
    made.append(list);
  } else if (error.traceback) made.append(folding(pre(error.traceback), long(error.traceback), { title: '', text: error.traceback, format: 'code' }));
  return made;
}

