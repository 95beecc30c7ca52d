/** What a list is filtered by: words, a model, errors. */

import { h, say } from '../core/dom';
import type { Filter } from './rows';
import { Search } from './search';

export class Filters {
  readonly el: HTMLElement;
  private search: Search;
  private model = h('select', 'nba-model');
  private errors = h('input');

  /** `changed` is called when the person has filtered otherwise. */
  constructor(what: string, changed: () => void) {
    this.search = new Search(what, changed);
    this.model.setAttribute('aria-label', `Filter ${what} by model`);
    this.errors.type = 'checkbox';
    this.el = h('div', 'nba-filters', this.search.field, this.model, h('label', '', this.errors, 'Errors'), this.search.found);
    for (const element of [this.model, this.errors]) element.addEventListener('change', changed);
    this.offer([]);
  }

  get filter(): Filter {
    return { text: this.search.text, model: this.model.value, errors: this.errors.checked };
  }

  get empty(): boolean {
    const { text, model, errors } = this.filter;
    return !text && !model && !errors;
  }

  /** Say how many fit. */
  told(found: string): void {
    say(this.search.found, this.empty ? '' : found);
  }

  /** The models that there are; the one that is chosen stays one. */
  offer(known: string[]): void {
    const chosen = this.model.value;
    const names = chosen && !known.includes(chosen) ? [...known, chosen] : known;
    if (this.model.options.length && [...this.model.options].slice(1).map(option => option.value).join('\n') === names.join('\n')) return;
    this.model.replaceChildren(new Option('All models', ''), ...names.map(name => new Option(name, name)));
    this.model.value = chosen;
  }

  reset(): void {
    this.search.reset();
    this.model.value = '';
    this.errors.checked = false;
  }
}
