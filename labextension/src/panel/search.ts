/** A field of words to find things by, and how many were found. Escape empties it; an empty one leaves the key to the tab. */

import { h, quiet, say } from '../core/dom';

export class Search {
  readonly field = quiet(h('input', 'nba-search'));
  /** How many there are, where something is looked for: seen, and read out when it changes. */
  readonly found = h('span', 'nba-found');

  /** `changed` is called when the person looks for something else. */
  constructor(what: string, changed: () => void) {
    this.field.type = 'search';
    this.field.placeholder = `Filter ${what}`;
    this.field.setAttribute('aria-label', `Filter ${what} by text`);
    this.found.setAttribute('role', 'status');
    this.field.addEventListener('input', changed);
    this.field.addEventListener('keydown', event => {
      if (event.key !== 'Escape' || !this.field.value) return;
      event.preventDefault();
      event.stopPropagation();
      this.field.value = '';
      changed();
    });
  }

  get text(): string {
    return this.field.value.trim();
  }

  reset(): void {
    this.field.value = '';
    say(this.found, '');
  }
}

/** Whether every word that was typed is in what is said of a thing. */
export function fits(typed: string, said: string): boolean {
  const low = said.toLowerCase();
  return typed.toLowerCase().split(/\s+/).every(word => low.includes(word));
}
