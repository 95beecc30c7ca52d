/** Approve, for once or for longer, Edit, Reject: what a person says of one call. A decision is sent once, unless the kernel says that it does not fit. */

import { button, h, quiet, say, show } from './dom';
import { ArgumentForm } from './form';
import type { Problem } from './schema';
import type { ToolItem } from './state';

export type Decision = true | { approve: 'session' | 'always' } | { reason: string } | { arguments: string };

export class Approval {
  readonly el = h('div', 'nba-approval');
  private buttons = h('div', 'nba-buttons');
  private form = h('div', 'nba-form');
  private problem = h('div', 'nba-problem');
  private arguments?: ArgumentForm;
  private submit?: () => void;
  sent = false;

  constructor(private item: () => ToolItem, private send: (decision: Decision) => void) {
    this.buttons.append(
      button('Approve', 'nba-primary', () => this.decide(true)),
      button('Approve for…', '', () => this.longer()),
      button('Edit…', '', () => this.edit()),
      button('Reject…', '', () => this.reject())
    );
    this.form.hidden = true;
    this.form.addEventListener('keydown', event => this.pressed(event));
    this.problem.setAttribute('role', 'alert');
    show(this.problem, false);
    this.el.append(this.buttons, this.form, this.problem);
    this.el.setAttribute('role', 'group');
    this.el.setAttribute('aria-label', `Decide on this call of ${item().name}`);
  }

  /** The decision was not taken: say why, and let another be made. */
  again(found: Problem[]): void {
    this.sent = false;
    for (const control of this.controls()) control.disabled = false;
    const places = found.some(([place]) => place !== '');
    if (!this.arguments && places) this.edit();
    if (this.arguments) {
      this.arguments.tell(found);
      this.arguments.focus();
      return;
    }
    say(this.problem, found.map(([, text]) => text).join('; '));
    show(this.problem, true);
    (this.form.hidden ? this.buttons : this.form).querySelector<HTMLElement>('button, input')?.focus();
  }

  private controls(): NodeListOf<HTMLButtonElement | HTMLTextAreaElement | HTMLInputElement | HTMLSelectElement> {
    return this.el.querySelectorAll('button, textarea, input, select');
  }

  private decide(decision: Decision): void {
    if (this.sent) return;
    this.sent = true;
    // what has the focus goes: without this the keyboard would be nowhere
    if (this.el.contains(document.activeElement)) this.el.closest<HTMLElement>('.jp-Cell')?.focus({ preventScroll: true });
    show(this.problem, false);
    for (const control of this.controls()) control.disabled = true;
    this.send(decision);
  }

  private back(): void {
    this.form.replaceChildren();
    this.arguments = this.submit = undefined;
    show(this.form, false);
    show(this.buttons, true);
    this.buttons.querySelector('button')?.focus();
  }

  private open(submit: (() => void) | undefined, ...children: HTMLElement[]): void {
    this.submit = submit;
    this.form.replaceChildren(...children);
    show(this.buttons, false);
    show(this.form, true);
  }

  private pressed(event: KeyboardEvent): void {
    const field = event.target;
    const several = field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement;
    if (event.key === 'Escape') this.back();
    else if (event.key === 'Enter' && this.submit && !(field instanceof HTMLButtonElement) && (!several || event.ctrlKey || event.metaKey)) this.submit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private longer(): void {
    const { name } = this.item();
    const choice = (label: string, standing: 'session' | 'always', means: string) => {
      const made = button(label, '', () => this.decide({ approve: standing }));
      const words = h('span', 'nba-hint', means);
      words.id = `nba-means-${standing}-${this.item().id}`;
      made.setAttribute('aria-describedby', words.id);
      return h('div', 'nba-choice', made, words);
    };
    this.open(
      undefined,
      choice('This session', 'session', `${name} is not asked about again in this session.`),
      choice('Always', 'always', `${name} is not asked about again in any session of this kernel.`),
      h('p', 'nba-hint', 'Either holds until the tool’s code is another, or the kernel ends. The Tools tab, and %nbagent tools ask, take it back.'),
      h('div', 'nba-buttons', button('Cancel', '', () => this.back()))
    );
    this.form.querySelector('button')?.focus();
  }

  private edit(): void {
    const item = this.item();
    const form = (this.arguments = new ArgumentForm(item.arguments, item.approval?.schema));
    const go = () => {
      const text = form.value();
      if (text !== null) this.decide({ arguments: text });
    };
    this.open(go, form.el, h('div', 'nba-buttons', button('Approve with these arguments', 'nba-primary', go), button('Cancel', '', () => this.back())));
    form.focus();
  }

  private reject(): void {
    const reason = quiet(h('input', 'nba-reason'));
    reason.type = 'text';
    reason.placeholder = 'Why not? The model reads this (optional)';
    reason.setAttribute('aria-label', 'Reason');
    const go = () => this.decide({ reason: reason.value.trim() });
    this.open(go, reason, h('div', 'nba-buttons', button('Reject', 'nba-danger', go), button('Cancel', '', () => this.back())));
    reason.focus();
  }
}
