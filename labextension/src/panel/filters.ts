/** What a list is filtered by: words, a model, errors. */

import { h } from '../core/dom';
import type { Filter } from './rows';

export class Filters {
  readonly el: HTMLElement;
  private search = h('input', 'nba-search');
  private model = h('select', 'nba-model');
  private errors = h('input');

  /** `changed` is called when the person has filtered otherwise. */
  constructor(what: string, changed: () => void) {
    this.search.type = 'search';
    this.search.placeholder = `Filter ${what}`;
    this.search.setAttribute('aria-label', `Filter ${what} by text`);
    this.model.setAttribute('aria-label', `Filter ${what} by model`);
    this.errors.type = 'checkbox';
    this.el = h('div', 'nba-filters', this.search, this.model, h('label', '', this.errors, 'Errors'));
    for (const [element, event] of [[this.search, 'input'], [this.model, 'change'], [this.errors, 'change']] as const) element.addEventListener(event, changed);
    this.offer([]);
  }

  get filter(): Filter {
    return { text: this.search.value.trim(), model: this.model.value, errors: this.errors.checked };
  }

  get empty(): boolean {
    const { text, model, errors } = this.filter;
    return !text && !model && !errors;
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
    this.search.value = '';
    this.model.value = '';
    this.errors.checked = false;
  }
}
