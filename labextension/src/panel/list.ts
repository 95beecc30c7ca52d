/** A list of equally high rows, of which only those that are seen are on the page, and need be known; with the keys of a list. */

import { h, quiet } from '../core/dom';

/** Rows beyond both ends of what is seen, so that scrolling shows no gap. */
const MORE = 8;
let lists = 0;

export interface Rows<T> {
  role: 'tree' | 'listbox';
  label: string;
  height: number;
  key(item: T): string;
  /** Fill a row, which may have shown another item before. */
  draw(row: HTMLElement, item: T): void;
  /** The item was clicked, or Enter pressed on it. */
  choose(item: T): void;
  leave?(): void;
  /** Something in the item's row was clicked: whether it was a thing of its own. */
  clicked?(target: Element, item: T): boolean;
  /** A key was pressed on the item: whether it is one of its own. */
  pressed?(event: KeyboardEvent, item: T): boolean;
  /** These places are seen, and not all of them are known. */
  missing?(first: number, last: number): void;
}

export class List<T> {
  readonly el = quiet(h('div', 'nba-list'));
  private space = h('div', 'nba-list-space');
  private size = 0;
  private item: (at: number) => T | undefined = () => undefined;
  private drawn = new Map<string, HTMLElement>();
  private at = 0;
  private active: string | null = null; // the key of the active item, once it is known
  private id = `nba-list-${++lists}`;
  private frame = 0;

  constructor(private rows: Rows<T>) {
    this.el.tabIndex = 0;
    this.el.setAttribute('role', rows.role);
    this.el.setAttribute('aria-label', rows.label);
    this.space.setAttribute('role', 'presentation');
    this.el.append(this.space);
    this.el.addEventListener('scroll', () => this.soon(), { passive: true });
    this.el.addEventListener('keydown', event => this.pressed(event));
    this.space.addEventListener('click', event => {
      const target = event.target as Element;
      const row = target.closest<HTMLElement>('[data-at]');
      const at = row ? Number(row.dataset.at) : -1;
      const item = this.item(at);
      if (item !== undefined) this.go(at, !rows.clicked?.(target, item));
    });
  }

  get selected(): T | undefined {
    return this.item(this.at);
  }

  /** What is seen: the first place and the one after the last. */
  get seen(): [number, number] {
    const first = Math.floor(this.el.scrollTop / this.rows.height);
    return [Math.max(0, first), Math.min(this.size, Math.ceil((this.el.scrollTop + (this.el.clientHeight || 600)) / this.rows.height))];
  }

  /** Show `size` items, those that are known yet. What was active stays so while it is among them. */
  show(size: number, item: (at: number) => T | undefined): void {
    this.size = size;
    this.item = item;
    this.at = this.placeOf(this.active) ?? Math.max(0, Math.min(this.at, size - 1));
    this.space.style.height = `${size * this.rows.height}px`;
    this.draw();
  }

  /** Begin at the top again. */
  reset(): void {
    this.at = 0;
    this.active = null;
    this.el.scrollTop = 0;
  }

  /** Make the item with this key the active one, where it is known. */
  select(key: string): void {
    const at = this.placeOf(key);
    if (at !== null) this.go(at);
  }

  /** Draw what is seen. */
  draw(): void {
    this.frame = 0;
    const [top, bottom] = this.seen;
    const [first, last] = [Math.max(0, top - MORE), Math.min(this.size, bottom + MORE)];
    const active = this.item(this.at);
    this.active = active === undefined ? this.active : this.rows.key(active);
    const seen = Array.from({ length: Math.max(0, last - first) }, (_, i) => {
      const item = this.item(first + i);
      return { item, at: first + i, key: item === undefined ? `@${first + i}` : this.rows.key(item) };
    });
    const wanted = new Set(seen.map(row => row.key));
    for (const [key, row] of this.drawn) {
      if (wanted.has(key)) continue;
      row.remove();
      this.drawn.delete(key);
    }
    seen.forEach((row, i) => this.drawRow(row.key, row.at, row.item, i));
    if (this.at >= first && this.at < last) this.el.setAttribute('aria-activedescendant', `${this.id}-${this.at}`);
    else this.el.removeAttribute('aria-activedescendant');
    if (seen.some(row => row.item === undefined)) this.rows.missing?.(first, last);
  }

  private drawRow(key: string, at: number, item: T | undefined, i: number): void {
    let row = this.drawn.get(key);
    if (!row) {
      row = h('div', 'nba-list-row');
      row.dataset.key = key;
      row.setAttribute('role', this.rows.role === 'tree' ? 'treeitem' : 'option');
      this.drawn.set(key, row);
    }
    // in the order in which they are seen: a screen reader goes by the page's
    if (this.space.children[i] !== row) this.space.insertBefore(row, this.space.children[i] ?? null);
    row.id = `${this.id}-${at}`;
    row.dataset.at = String(at);
    row.style.transform = `translateY(${at * this.rows.height}px)`;
    row.style.height = `${this.rows.height}px`;
    row.setAttribute('aria-posinset', String(at + 1));
    row.setAttribute('aria-setsize', String(this.size));
    row.setAttribute('aria-selected', String(at === this.at));
    if (item !== undefined) this.rows.draw(row, item);
    else row.setAttribute('aria-label', 'Not loaded yet');
  }

  private placeOf(key: string | null): number | null {
    const known = (at: number) => {
      const item = this.item(at);
      return item !== undefined && this.rows.key(item) === key;
    };
    if (key === null) return null;
    if (known(this.at)) return this.at;
    for (let at = 0; at < this.size; at++) if (known(at)) return at;
    return null;
  }

  private soon(): void {
    this.frame ||= requestAnimationFrame(() => this.draw());
  }

  private go(at: number, choose = false): void {
    if (!this.size) return;
    this.at = Math.max(0, Math.min(at, this.size - 1));
    const item = this.item(this.at);
    this.active = item === undefined ? null : this.rows.key(item);
    const top = this.at * this.rows.height;
    const below = top + this.rows.height - this.el.clientHeight;
    if (this.el.scrollTop > top) this.el.scrollTop = top;
    else if (this.el.scrollTop < below) this.el.scrollTop = below;
    this.draw();
    if (choose && item !== undefined) this.rows.choose(item);
  }

  private pressed(event: KeyboardEvent): void {
    const item = this.item(this.at);
    const page = Math.max(1, Math.floor(this.el.clientHeight / this.rows.height) - 1);
    const steps: Record<string, number> = { ArrowDown: this.at + 1, ArrowUp: this.at - 1, PageDown: this.at + page, PageUp: this.at - page, Home: 0, End: this.size - 1 };
    const to = steps[event.key];
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (item !== undefined && this.rows.pressed?.(event, item)) this.draw();
    else if (to !== undefined) this.go(to);
    else if (event.key === 'Enter' || event.key === ' ') this.go(this.at, true);
    else if (event.key === 'Escape' && this.rows.leave) this.rows.leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
