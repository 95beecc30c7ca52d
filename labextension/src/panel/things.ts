/** What the tabs of tools and of sessions are made of: a list that is found in by words, what is said above it, and when the kernel is asked anew. */

import { count, h, say, show } from '../core/dom';
import { Search } from './search';

export class Things {
  readonly note = h('p', 'nba-panel-note');
  readonly said = h('p', 'nba-said-of');
  readonly list = h('div', 'nba-things');
  readonly search: Search;
  readonly top: HTMLElement;
  /** Why nothing is known; '' once something is. */
  why = '';
  private visible = false;

  /** `one` and `many` are what the things are called; `refresh` asks the kernel, `filtered` draws those that fit. */
  constructor(private one: string, private many: string, private refresh: () => void, filtered: () => void) {
    this.search = new Search(many, filtered);
    this.top = h('div', 'nba-filters', this.search.field, this.search.found);
    this.list.setAttribute('role', 'list');
    this.list.setAttribute('aria-label', many.replace(/^./, first => first.toUpperCase()));
    this.said.setAttribute('role', 'status');
    this.note.setAttribute('role', 'status');
  }

  /** It is looked at, or no longer. */
  shown(visible: boolean): void {
    this.visible = visible;
    this.again();
  }

  /** Something changed: what is looked at is asked for again. */
  again(): void {
    if (this.visible) this.refresh();
  }

  /** There is nobody to ask, or another kernel. */
  clear(why: string): void {
    this.why = why;
    this.tell('');
  }

  /** What came of what a person did. */
  tell(text: string, failed = false): void {
    say(this.said, text);
    this.said.dataset.failed = String(failed);
  }

  /** Draw what stands around the list, in which `fit` of `all` are; `nothing` is for where there are none. */
  draw(fit: number, all: number, nothing: string): void {
    const some = this.search.text !== '' && all > 0;
    const note = this.why || (!all ? nothing : fit ? '' : `No ${this.one} fits the filter.`);
    say(this.note, note);
    say(this.search.found, some && fit ? `${count(fit)} of ${count(all)} ${this.many}` : '');
    show(this.search.field, all > 0);
    show(this.note, note !== '');
    show(this.list, fit > 0);
  }
}
