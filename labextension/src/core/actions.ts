/** What can be done with an answer: a row of small buttons. Which of them there are, whoever has the notebook says. */

import { Aloud, IDLE } from './aloud';
import { answerOf } from './answer';
import { drawing, h, quiet, say, show } from './dom';
import { spokenAnswer } from './spoken';
import type { RunState } from './state';

export type Action = 'copy' | 'speak' | 'retry' | 'model' | 'insert' | 'continue';
export interface Asked {
  action: Action;
  text: string;
}

/** Asks whoever has the notebook: what is added to its detail can be done here. */
export const OFFERED = 'nbagent:offered';
/** Says what was pressed; its detail is an `Asked`. */
export const ASKED = 'nbagent:asked';

const BUTTONS: [Action, label: string, title: string, shape: string][] = [
  ['copy', 'Copy', 'Copy the answer as Markdown', 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z'],
  ['speak', ...IDLE],
  ['retry', 'Retry', 'Run this cell again', 'M13 8a5 5 0 11-1.5-3.6M13.2 2v3h-3'],
  ['model', 'Other model', 'Ask another model the same in a cell below; this answer stays', 'M2.5 5h9m-2.5-2.5L11.5 5 9 7.5M13.5 11h-9M7 8.5L4.5 11 7 13.5'],
  ['insert', 'Insert as cells', 'Put the answer below: its text as Markdown, its code as code cells', 'M3 2.5h10M8 5.5v8m-3-3l3 3 3-3'],
  ['continue', 'Continue', 'Go on with this conversation in a new cell below', 'M2.5 3h11v7.5H8L5 13.5v-3H2.5z']
];

export class Actions {
  readonly el = h('div', 'nba-actions');
  private buttons = new Map<Action, HTMLButtonElement>();
  private aloud: Aloud;
  private text = '';
  private offered = new Set<Action>();
  private settled = false;
  private paused = false;

  /** `state` is the run's, whatever it is by then. */
  constructor(state: () => RunState) {
    this.el.setAttribute('role', 'group');
    this.el.setAttribute('aria-label', 'Actions on this answer');
    for (const [action, label, title, shape] of BUTTONS) {
      const button = quiet(h('button', 'nba-action', drawing(shape), h('span', 'nba-action-label', label)));
      button.type = 'button';
      button.title = title;
      button.setAttribute('aria-label', label);
      button.dataset.action = action;
      button.addEventListener('click', () => this.press(action));
      this.buttons.set(action, button);
      this.el.append(button);
    }
    this.aloud = new Aloud(this.buttons.get('speak')!, () => spokenAnswer(state()));
    show(this.el, false);
  }

  /** What an action has to say, below the facts. */
  get note(): HTMLElement {
    return this.aloud.note;
  }

  draw(state: RunState): void {
    this.settled = state.outcome !== 'running';
    this.paused = state.outcome === 'paused';
    if (!this.settled) {
      this.hush();
      return show(this.el, false);
    }
    const text = answerOf(state);
    if (text !== this.text) this.hush();
    this.text = text;
    this.offer();
  }

  /** Nothing more is said: the view goes, or shows something else. */
  hush(): void {
    this.aloud.stop();
  }

  /** Look again at what can be done here: the view was put somewhere. */
  offer(): void {
    const offered = new Set<Action>(['speak']);
    if (navigator.clipboard) offered.add('copy');
    this.el.dispatchEvent(new CustomEvent(OFFERED, { bubbles: true, detail: offered }));
    this.offered = offered;
    for (const [action, button] of this.buttons) show(button, this.possible(action));
    show(this.el, this.settled && [...this.buttons.keys()].some(action => this.possible(action)));
  }

  private possible(action: Action): boolean {
    if (!this.offered.has(action)) return false;
    return action === 'retry' || action === 'model' || (action === 'continue' ? !this.paused : this.text !== '');
  }

  private press(action: Action): void {
    if (action === 'copy') this.copy();
    else if (action === 'speak') this.aloud.toggle();
    else this.ask(action);
  }

  private ask(action: Action): void {
    this.el.dispatchEvent(new CustomEvent<Asked>(ASKED, { bubbles: true, detail: { action, text: this.text } }));
  }

  private copy(): void {
    const label = this.buttons.get('copy')!.lastElementChild!;
    void navigator.clipboard.writeText(this.text).then(() => {
      say(label, 'Copied');
      setTimeout(() => say(label, 'Copy'), 1200);
    });
  }
}
