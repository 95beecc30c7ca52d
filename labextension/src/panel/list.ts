/** A list of equally high rows, of which only those that are seen are on the page; with the keys of a list. */

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
}

export class List<T> {
  readonly el = quiet(h('div', 'nba-list'));
  private space = h('div', 'nba-list-space');
  private items: T[] = [];
  private drawn = new Map<string, HTMLElement>();
  private active: string | null = null;
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
      const key = (event.target as Element).closest<HTMLElement>('[data-key]')?.dataset.key;
      const at = this.items.findIndex(item => rows.key(item) === key);
      if (at >= 0) this.go(at, true);
    });
  }

  get selected(): T | undefined {
    return this.items.find(item => this.rows.key(item) === this.active);
  }

  /** Show these items. What was active stays so while it is among them. */
  show(items: T[]): void {
    this.items = items;
    if (!items.some(item => this.rows.key(item) === this.active)) this.active = items.length ? this.rows.key(items[0]!) : null;
    this.space.style.height = `${items.length * this.rows.height}px`;
    this.draw();
  }

  /** Draw what is seen. */
  draw(): void {
    this.frame = 0;
    const first = Math.max(0, Math.floor(this.el.scrollTop / this.rows.height) - MORE);
    const last = Math.min(this.items.length, Math.ceil((this.el.scrollTop + (this.el.clientHeight || 600)) / this.rows.height) + MORE);
    const seen = this.items.slice(first, last).map((item, i) => ({ item, at: first + i, key: this.rows.key(item) }));
    const wanted = new Set(seen.map(row => row.key));
    for (const [key, row] of this.drawn) {
      if (wanted.has(key)) continue;
      row.remove();
      this.drawn.delete(key);
    }
    for (const [i, { item, at, key }] of seen.entries()) {
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
      row.style.transform = `translateY(${at * this.rows.height}px)`;
      row.style.height = `${this.rows.height}px`;
      row.setAttribute('aria-posinset', String(at + 1));
      row.setAttribute('aria-setsize', String(this.items.length));
      row.setAttribute('aria-selected', String(key === this.active));
      this.rows.draw(row, item);
    }
    const at = this.items.findIndex(item => this.rows.key(item) === this.active);
    if (at >= first && at < last) this.el.setAttribute('aria-activedescendant', `${this.id}-${at}`);
    else this.el.removeAttribute('aria-activedescendant');
  }

  private soon(): void {
    this.frame ||= requestAnimationFrame(() => this.draw());
  }

  private go(at: number, choose = false): void {
    const item = this.items[Math.max(0, Math.min(at, this.items.length - 1))];
    if (!item) return;
    this.active = this.rows.key(item);
    const top = this.items.indexOf(item) * this.rows.height;
    const below = top + this.rows.height - this.el.clientHeight;
    if (this.el.scrollTop > top) this.el.scrollTop = top;
    else if (this.el.scrollTop < below) this.el.scrollTop = below;
    this.draw();
    if (choose) this.rows.choose(item);
  }

  private pressed(event: KeyboardEvent): void {
    const at = this.items.findIndex(item => this.rows.key(item) === this.active);
    const page = Math.max(1, Math.floor(this.el.clientHeight / this.rows.height) - 1);
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: this.items.length - 1 };
    const to = steps[event.key];
    if (to !== undefined) this.go(to);
    else if (event.key === 'Enter' || event.key === ' ') this.go(at, true);
    else if (event.key === 'Escape' && this.rows.leave) this.rows.leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
