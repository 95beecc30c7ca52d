/** Two runs side by side: their numbers with the differences, what they were made of, their steps aligned, and their texts as diffs. */

import { count, h, quiet, seconds } from '../core/dom';
import { sides, type Piece } from './difference';
import { drawWay, small } from './details';
import type { Way } from './places';
import type { RunRow } from './rows';
import { cost, moment } from './words';

export interface Compared {
  what: [name: string, a: string, b: string, changed: boolean][];
  sums: [name: string, a: string, b: string, change: string, percent: string][];
  steps: [name: string, kind: string, a: Measures | null, b: Measures | null][];
  diffs: [name: string, diff: string][];
  local: [boolean, boolean];
}
type Measures = [seconds: number | null, input: number | null, output: number | null, dollars: number | null];

export interface CompareHost {
  enter(run: RunRow): void;
  way(run: RunRow): Way | null;
}

/** Draw the comparison of two runs into an element. */
export function drawComparison(el: HTMLElement, found: Compared, runs: [RunRow, RunRow], host: CompareHost): void {
  const heads = h('div', 'nba-sides', ...runs.map((run, i) => drawHead(run, 'AB'[i]!, host)));
  const parts: HTMLElement[] = [heads, titled('Numbers', drawSums(found))];
  const changed = found.what.filter(([name, , , differs]) => name !== 'cell' && differs && !found.diffs.some(([title]) => title === name));
  const same = found.what.filter(([name, a, , differs]) => name !== 'cell' && !differs && a).map(([name]) => name);
  if (changed.length) parts.push(titled('Made of', table(['', 'A', 'B'], changed.map(([name, a, b]) => [name, a || '–', b || '–']))));
  if (same.length) parts.push(h('p', 'nba-panel-hint', `The same: ${same.join(', ')}.`));
  if (found.steps.length) parts.push(titled('Steps', drawSteps(found)));
  for (const [name, diff] of found.diffs) parts.push(titled(name[0]!.toUpperCase() + name.slice(1), drawDiff(diff)));
  el.replaceChildren(...parts);
  el.scrollTop = 0;
}

function titled(title: string, body: HTMLElement): HTMLElement {
  return h('section', 'nba-compared', h('h3', '', title), body);
}

function drawHead(run: RunRow, side: string, host: CompareHost): HTMLElement {
  const head = h('div', 'nba-side', h('div', 'nba-run-line', h('span', 'nba-run-pick', side), h('b', 'nba-run-agent', run.agent), h('span', 'nba-run-model', run.model)));
  head.append(h('div', 'nba-side-prompt', run.prompt || '(no prompt)'), h('div', 'nba-run-facts', moment(run.at)));
  const doors = h('div', 'nba-side-doors', small('Spans', 'nba-spans', () => host.enter(run)));
  const way = host.way(run);
  if (way) doors.append(drawWay(way));
  head.append(doors);
  head.setAttribute('role', 'group');
  head.setAttribute('aria-label', `Run ${side}`);
  return head;
}

function drawSums(found: Compared): HTMLElement {
  const [localA, localB] = found.local;
  const rows = found.sums.filter(([, a, b]) => a !== '0' || b !== '0').map(([name, a, b, change, percent]) => {
    const share = percent && !/\d{4}/.test(percent) ? `(${percent})` : ''; // of a thousand percent nobody learns anything
    const difference = a === b ? '' : [change, share].filter(Boolean).join(' ');
    return name === 'Cost' ? [name, localA ? 'local' : a, localB ? 'local' : b, localA && localB ? '' : difference] : [name, a, b, difference];
  });
  const made = table(['', 'A', 'B', 'B − A'], rows);
  made.classList.add('nba-sums');
  return made;
}

function drawSteps(found: Compared): HTMLElement {
  const side = (measures: Measures | null, local: boolean): string => {
    if (!measures) return '–';
    const [spent, input, output, dollars] = measures;
    const said = [spent === null ? '' : seconds(spent), input === null && output === null ? '' : `${count(input ?? 0)} → ${count(output ?? 0)}`];
    return [...said, dollars === null ? '' : cost(dollars, local)].filter(Boolean).join(' · ') || '…';
  };
  const less = (a: number | null, b: number | null, words: (value: number) => string): string => {
    if (a === null || b === null) return '';
    return b === a ? '' : `${b > a ? '+' : '−'}${words(Math.abs(b - a))}`;
  };
  const rows = found.steps.map(([name, kind, a, b]) => {
    const difference = a && b ? [less(a[0], b[0], seconds), less((a[1] ?? 0) + (a[2] ?? 0), (b[1] ?? 0) + (b[2] ?? 0), value => `${count(value)} tokens`), found.local[0] || found.local[1] ? '' : less(a[3], b[3], value => cost(value, false))] : [a ? 'only A' : 'only B'];
    return [`${kind === 'tool' ? '⚙ ' : ''}${name}`, side(a, found.local[0]), side(b, found.local[1]), difference.filter(Boolean).join(' · ')];
  });
  const made = table(['', 'A', 'B', 'B − A'], rows);
  made.classList.add('nba-steps');
  return made;
}

function table(names: string[], rows: string[][]): HTMLElement {
  const head = h('tr', '', ...names.map(name => h('th', '', name)));
  const body = rows.map(([first = '', ...rest]) => {
    const name = h('th', '', first);
    name.scope = 'row';
    return h('tr', '', name, ...rest.map(text => h('td', '', text)));
  });
  const frame = quiet(h('div', 'nba-compared-table', h('table', '', h('thead', '', head), h('tbody', '', ...body))));
  frame.tabIndex = 0;
  return frame;
}

function drawDiff(diff: string): HTMLElement {
  const box = quiet(h('div', 'nba-diff'));
  box.tabIndex = 0;
  box.setAttribute('role', 'group');
  box.setAttribute('aria-label', 'What changed, A and B');
  const side = (pieces: Piece[] | null, name: 'a' | 'b', same: boolean): HTMLElement => {
    const cell = h('div', 'nba-diff-side', ...(pieces ?? []).map(({ text, changed }) => (changed ? h(name === 'a' ? 'del' : 'ins', '', text) : text)));
    cell.dataset.side = same ? 'same' : name;
    cell.dataset.none = String(pieces === null);
    return cell;
  };
  box.append(...sides(diff).map(row => {
    const made = row.gap ? h('div', 'nba-diff-row nba-diff-gap', '⋯') : h('div', 'nba-diff-row', side(row.a, 'a', row.same), side(row.b, 'b', row.same));
    made.dataset.same = String(row.same);
    return made;
  }));
  return box;
}
