/** A JSON value for the eye, also while it arrives: a list of flat objects is a table, everything else a tree. What is the same stays untouched. */

import { count, h, quiet, say } from './dom';
import { pretty } from './json';
import type { Cell, Table } from './state';
import { line, plain, tabular, tree, type Node } from './tree';

/** More rows and fields of one list or object are counted, not drawn. */
const MOST = 200;
const DEEPEST = 10;

type Square = { text: string; number: boolean };

export class Value {
  readonly el = h('div', 'nba-json');
  private drawn = '';

  /** `arriving`: an answer as the model writes it, where a type that is no object is wrapped in one as its `result`. */
  draw(text: string, arriving = false): void {
    if (text === this.drawn) return;
    this.drawn = text;
    let node = tree(text);
    if (arriving && node?.t === 'object' && node.entries.length === 1 && node.entries[0]![0] === 'result') node = node.entries[0]![1];
    if (node) fill(this.el, node, 0);
  }
}

const square = (node: Node | undefined): Square => (node === undefined ? { text: '', number: false } : { text: line(node), number: node.t === 'word' && /^-?\d/.test(node.text) });

/** Make of an element what was not it yet. */
function become(el: HTMLElement, kind: string): boolean {
  if (el.dataset.kind === kind) return false;
  el.dataset.kind = kind;
  el.replaceChildren();
  return true;
}

function fill(el: HTMLElement, node: Node, depth: number): void {
  if (node.t === 'text' || node.t === 'word') {
    become(el, node.t);
    say(el, node.text);
  } else if (tabular(node)) {
    become(el, 'table');
    const items = (node as { items: Extract<Node, { t: 'object' }>[] }).items;
    const columns = [...new Set(items.flatMap(item => item.entries.map(([key]) => key)))];
    const rows = items.slice(0, MOST).map(item => columns.map(column => square(item.entries.find(([key]) => key === column)?.[1])));
    drawTable(el, columns, rows, items.length > MOST ? `${count(items.length - MOST)} more rows` : '');
  } else if (depth > DEEPEST) {
    become(el, 'word');
    say(el, pretty(line(node)));
  } else if (node.t === 'array' && node.items.every(plain) && line(node).length < 160) {
    become(el, 'word');
    say(el, node.items.length ? line(node) : '[ ]');
  } else {
    const fields = node.t === 'object' ? node.entries : node.items.map((item, i): [string, Node] => [String(i + 1), item]);
    become(el, node.t);
    fields.slice(0, MOST).forEach(([key, value], i) => {
      const row = (el.children[i] as HTMLElement | undefined) ?? el.appendChild(h('div', 'nba-field', h('span', 'nba-key'), h('div', 'nba-node')));
      say(row.children[0]!, key);
      row.classList.toggle('nba-deep', !plain(value) && !(value.t === 'array' && value.items.every(plain) && line(value).length < 160));
      fill(row.children[1] as HTMLElement, value, depth + 1);
    });
    const shown = Math.min(fields.length, MOST) + (fields.length > MOST ? 1 : 0);
    if (fields.length > MOST) el.children[MOST] ? say(el.children[MOST]!, `${count(fields.length - MOST)} more`) : el.append(h('div', 'nba-note', `${count(fields.length - MOST)} more`));
    while (el.children.length > shown) el.lastElementChild!.remove();
  }
}

/** A tool's result that is a table. */
export function drawResultTable(el: HTMLElement, table: Table): void {
  const [rows = table.rows.length, columns = table.columns.length] = table.shape;
  const shape = `${count(rows)} ${rows === 1 ? 'row' : 'rows'} × ${count(columns)} ${columns === 1 ? 'column' : 'columns'}`;
  const part = (table.rows.length < rows ? `, the first ${table.rows.length} shown` : '') + (table.columns.length < columns ? `, ${table.columns.length} of the columns` : '');
  const text = (cell: Cell): string => (cell === null ? '' : String(cell));
  drawTable(el, table.columns.map(text), table.rows.map(row => row.map(cell => ({ text: text(cell), number: typeof cell === 'number' }))), shape + part);
}

function drawTable(el: HTMLElement, columns: string[], rows: Square[][], note: string): void {
  let body = el.querySelector<HTMLTableElement>('table');
  if (!body) {
    body = h('table', '', h('thead', '', h('tr')), h('tbody'));
    const frame = quiet(h('div', 'nba-table', body));
    frame.tabIndex = 0; // a table that is wider than the cell is scrolled by keyboard, too
    frame.setAttribute('role', 'group');
    frame.setAttribute('aria-label', 'Table');
    el.replaceChildren(frame, h('div', 'nba-note'));
  }
  const [head, lines] = [body.tHead!.rows[0]!, body.tBodies[0]!];
  const cells = (row: HTMLTableRowElement, wanted: Square[], tag: 'th' | 'td') => {
    wanted.forEach((cell, i) => {
      const at = (row.children[i] as HTMLElement | undefined) ?? row.appendChild(h(tag));
      say(at, cell.text);
      at.classList.toggle('nba-right', cell.number);
    });
    while (row.children.length > wanted.length) row.lastElementChild!.remove();
  };
  cells(head, columns.map((text, i) => ({ text, number: rows.length > 0 && rows.every(row => row[i]?.number || row[i]?.text === '') && rows.some(row => row[i]?.number) })), 'th');
  rows.forEach((row, i) => cells(lines.rows[i] ?? lines.insertRow(), row, 'td'));
  while (lines.rows.length > rows.length) lines.deleteRow(-1);
  say(el.lastElementChild!, note);
}
