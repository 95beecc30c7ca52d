/** Approve, Edit, Reject: what a person says of one call. A decision is sent once. */

import { button, h, quiet, say, show } from './dom';
import { fault, pretty } from './json';

export type Decision = true | { reason: string } | { arguments: string };

export class Approval {
  readonly el = h('div', 'nba-approval');
  private buttons = h('div', 'nba-buttons');
  private form = h('div', 'nba-form');
  sent = false;

  constructor(private args: () => string, private send: (decision: Decision) => void) {
    this.buttons.append(
      button('Approve', 'nba-primary', () => this.decide(true)),
      button('Edit…', '', () => this.edit()),
      button('Reject…', '', () => this.reject())
    );
    this.form.hidden = true;
    this.el.append(this.buttons, this.form);
    this.el.setAttribute('role', 'group');
    this.el.setAttribute('aria-label', 'Decide on this call');
  }

  private decide(decision: Decision): void {
    if (this.sent) return;
    this.sent = true;
    for (const control of this.el.querySelectorAll<HTMLButtonElement | HTMLTextAreaElement>('button, textarea, input')) control.disabled = true;
    this.send(decision);
  }

  private back(): void {
    this.form.replaceChildren();
    show(this.form, false);
    show(this.buttons, true);
    this.buttons.querySelector('button')?.focus();
  }

  private open(...children: HTMLElement[]): void {
    this.form.replaceChildren(...children);
    show(this.buttons, false);
    show(this.form, true);
    this.form.querySelector<HTMLElement>('textarea, input')?.focus();
  }

  private edit(): void {
    const area = quiet(h('textarea', 'nba-edit'));
    area.value = pretty(this.args() || '{}');
    area.rows = Math.min(14, Math.max(3, area.value.split('\n').length));
    area.spellcheck = false;
    area.setAttribute('aria-label', 'Arguments as JSON');
    const problem = h('div', 'nba-problem');
    problem.setAttribute('role', 'alert');
    const go = button('Approve with these arguments', 'nba-primary', () => {
      const wrong = fault(area.value);
      if (wrong === null) this.decide({ arguments: area.value });
      else {
        say(problem, wrong);
        area.focus();
      }
    });
    area.addEventListener('input', () => {
      const wrong = fault(area.value);
      say(problem, wrong ?? '');
      area.setAttribute('aria-invalid', String(wrong !== null));
    });
    area.addEventListener('keydown', event => {
      if (event.key === 'Escape') this.back();
      else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) go.click();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    this.open(area, problem, h('div', 'nba-buttons', go, button('Cancel', '', () => this.back())));
  }

  private reject(): void {
    const reason = quiet(h('input', 'nba-reason'));
    reason.type = 'text';
    reason.placeholder = 'Why not? The model reads this (optional)';
    reason.setAttribute('aria-label', 'Reason');
    const go = button('Reject', 'nba-danger', () => this.decide({ reason: reason.value.trim() }));
    reason.addEventListener('keydown', event => {
      if (event.key === 'Escape') this.back();
      else if (event.key === 'Enter') go.click();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    this.open(reason, h('div', 'nba-buttons', go, button('Cancel', '', () => this.back())));
  }
}
