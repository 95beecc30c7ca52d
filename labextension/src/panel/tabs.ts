/** The panel's tabs: one file a tab, each a `Tab`; arrows, Home and End go from one to the next. A tab that is not looked at asks nothing. */

import { h, quiet, show } from '../core/dom';
import type { NotebookPanel } from '../notebook';
import type { Hears } from './link';

/** What a tab may ask for. */
export interface Page {
  /** Ask the kernel; the answer comes to every tab's `take`. */
  ask(message: Record<string, unknown>): void;
  /** The notebook whose kernel is asked. */
  notebook(): NotebookPanel | null;
  /** The ids of its cells. */
  cells(): string[];
}

/** One tab. It is told everything the kernel says, and takes what is for it. */
export interface Tab extends Hears {
  readonly id: string;
  readonly label: string;
  readonly el: HTMLElement;
  /** It is looked at, or no longer. */
  shown(visible: boolean): void;
  /** Half a second went by while it was looked at. */
  tick?(): void;
}

export class Tabs implements Hears {
  readonly el = h('section', 'nba nba-panel');
  private list = quiet(h('div', 'nba-tabs'));
  private buttons: HTMLButtonElement[];
  private at = 0;
  private visible = false;

  constructor(private tabs: Tab[]) {
    this.el.setAttribute('aria-label', 'Agents');
    this.list.setAttribute('role', 'tablist');
    this.list.setAttribute('aria-label', 'Agents');
    this.buttons = tabs.map((tab, i) => {
      const button = h('button', 'nba-tab', tab.label);
      button.type = 'button';
      button.id = `nba-tab-${tab.id}`;
      button.setAttribute('role', 'tab');
      button.setAttribute('aria-controls', `nba-tab-panel-${tab.id}`);
      button.addEventListener('click', () => this.choose(i));
      tab.el.id = `nba-tab-panel-${tab.id}`;
      tab.el.classList.add('nba-tab-panel');
      tab.el.setAttribute('role', 'tabpanel');
      tab.el.setAttribute('aria-labelledby', button.id);
      return button;
    });
    this.list.append(...this.buttons);
    this.list.addEventListener('keydown', event => this.pressed(event));
    show(this.list, tabs.length > 1);
    this.el.append(this.list, ...tabs.map(tab => tab.el));
    this.draw();
  }

  /** Show the tab of this id; the one that is shown stays where there is none. */
  open(id: string): void {
    const at = this.tabs.findIndex(tab => tab.id === id);
    if (at >= 0) this.choose(at);
  }

  /** Give the keyboard to the tab that is shown. */
  focus(): void {
    this.buttons[this.at]!.focus();
  }

  take(message: unknown): void {
    for (const tab of this.tabs) tab.take(message);
  }

  clear(why: string): void {
    for (const tab of this.tabs) tab.clear(why);
  }

  resume(): void {
    for (const tab of this.tabs) tab.resume();
  }

  /** The panel is looked at, or no longer. */
  shown(visible: boolean): void {
    this.visible = visible;
    this.tabs[this.at]!.shown(visible);
  }

  tick(): void {
    this.tabs[this.at]!.tick?.();
  }

  private choose(at: number): void {
    if (at === this.at) return;
    if (this.visible) this.tabs[this.at]!.shown(false);
    this.at = at;
    this.draw();
    if (this.visible) this.tabs[at]!.shown(true);
  }

  private draw(): void {
    this.tabs.forEach((tab, i) => {
      show(tab.el, i === this.at);
      this.buttons[i]!.setAttribute('aria-selected', String(i === this.at));
      this.buttons[i]!.tabIndex = i === this.at ? 0 : -1;
    });
  }

  private pressed(event: KeyboardEvent): void {
    const count = this.tabs.length;
    const steps: Record<string, number> = { ArrowRight: this.at + 1, ArrowLeft: this.at + count - 1, Home: 0, End: count - 1 };
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.choose(to % count);
    this.buttons[this.at]!.focus();
  }
}
