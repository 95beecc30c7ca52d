/** Elements and numbers for people. Text goes in as text: nothing here makes markup of a string. */

export function h<K extends keyof HTMLElementTagNameMap>(tag: K, name = '', ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.append(...children);
  return element;
}

/** Change an element's text only where it differs, so that selections stay and nothing is laid out for nothing. */
export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function show(element: HTMLElement, visible: boolean): void {
  if (element.hidden === visible) element.hidden = !visible;
}

/** A button that works by keyboard too: JupyterLab's own shortcuts (Enter edits the cell) stay away from it. */
export function button(label: string, name: string, onClick: () => void): HTMLButtonElement {
  const element = h('button', `nba-button ${name}`, label);
  element.type = 'button';
  element.addEventListener('click', onClick);
  return quiet(element);
}

/** Keep JupyterLab's shortcuts away from an element that takes keys itself. */
export function quiet<E extends Element>(element: E): E {
  element.setAttribute('data-lm-suppress-shortcuts', 'true');
  return element;
}

/** Something long that scrolls: by keyboard too, and where it stood is remembered by this key. */
export function scroller(element: HTMLElement, key: string): void {
  element.dataset.scroll = key;
  quiet(element).tabIndex = 0;
}

const SHAPES: Record<string, string> = {
  ok: 'M3.5 8.5l3 3 6-7',
  error: 'M4.5 4.5l7 7m0-7l-7 7',
  rejected: 'M8 2.5a5.5 5.5 0 100 11 5.5 5.5 0 000-11M4.2 4.2l7.6 7.6',
  cancelled: 'M5 5h6v6H5z',
  pending: 'M6 4v8m4-8v8',
  queued: 'M8 5v3.2l2 1.3M8 2.5a5.5 5.5 0 100 11 5.5 5.5 0 000-11',
  info: 'M8 7.2V11M8 5v.01M8 2.5a5.5 5.5 0 100 11 5.5 5.5 0 000-11',
  warning: 'M8 6.5v3M8 11.4v.01M8 2.8l6 10.4H2z'
};
const SVG = 'http://www.w3.org/2000/svg';

/** A small line drawing; a spinner for what is under way. */
export function icon(name: string): Element {
  const shape = SHAPES[name];
  return shape ? drawing(shape) : h('span', 'nba-icon nba-spin');
}

/** Lines on a square of 16, in the colour of the text. */
export function drawing(shape: string): Element {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'nba-icon');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', shape);
  svg.append(path);
  return svg;
}

export function seconds(value: number): string {
  if (value < 0.0005) return '<1 ms';
  if (value < 0.0995) return `${Math.round(value * 1000)} ms`;
  if (value < 9.95) return `${value.toFixed(1)} s`;
  if (value < 59.5) return `${Math.round(value)} s`;
  const whole = Math.round(value);
  return whole < 3600 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${Math.floor(whole / 3600)} h ${Math.floor(whole / 60) % 60} min`;
}

export const count = (value: number): string => value.toLocaleString('en-US');

export function money(cost: number | null, source: string): string {
  if (source === 'local') return 'free (local)';
  if (cost === null) return 'cost unknown';
  if (cost === 0) return '$0';
  return `$${cost < 0.01 ? cost.toPrecision(2) : cost.toFixed(cost < 1 ? 3 : 2)}`;
}
