/** Something that opens and closes. What the reader chose holds over what is usual, also after the swap to the saved transcript. */

import { h, quiet } from './dom';
import type { Memory } from './memory';

export class Fold {
  readonly el: HTMLDetailsElement;
  readonly summary = quiet(h('summary', 'nba-summary'));
  readonly body = h('div', 'nba-fold-body');

  constructor(private key: string, private memory: () => Memory, name: string) {
    this.el = h('details', name, this.summary, this.body);
    // a click, not `toggle`: that is also sent when we open or close it ourselves
    this.summary.addEventListener('click', () => this.memory().open.set(this.key, !this.el.open));
  }

  /** Open or close as the reader chose, or as is usual now. */
  draw(usually: boolean): void {
    const open = this.memory().open.get(this.key) ?? usually;
    if (this.el.open !== open) this.el.open = open;
  }
}
