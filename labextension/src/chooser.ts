/** Which other model is to answer: a small dialog with the models that were used here and those that the kernel knows; typing filters, or names any other. */

import { Dialog } from '@jupyterlab/apputils';
import type { Kernel } from '@jupyterlab/services';
import { Widget } from '@lumino/widgets';

import { h } from './core/dom';
import { matching } from './core/models';

import '../style/chooser.css';

/** The model that was chosen, or null. `near` are those that answered here and before, the nearest first. */
export async function chooseModel(near: readonly string[], kernel: Kernel.IKernelConnection | null): Promise<string | null> {
  const body = new Choice(near, kernel, () => dialog.resolve());
  const dialog = new Dialog({
    title: 'Ask Another Model',
    body,
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: 'Ask' })],
    focusNodeSelector: 'input'
  });
  const { button, value } = await dialog.launch();
  return button.accept && value ? value : null;
}

class Choice extends Widget {
  private input = h('input', 'nba-choose-input');
  private list = h('ul', 'nba-choose-list');
  private hint = h('p', 'nba-choose-hint');
  private known: string[] = [];
  private shown: string[] = [];
  private active = 0;
  private asked = '';
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private near: readonly string[], private kernel: Kernel.IKernelConnection | null, private take: () => void) {
    super();
    this.addClass('nba-choose');
    this.list.id = 'nba-choose-list';
    this.list.setAttribute('role', 'listbox');
    this.list.setAttribute('aria-label', 'Models');
    this.input.type = 'text';
    this.input.spellcheck = false;
    this.input.placeholder = 'provider:model';
    this.hint.id = 'nba-choose-hint';
    this.hint.textContent = 'The prompt is asked again in a cell below, in a conversation of its own; this answer stays.';
    for (const [name, value] of Object.entries({
      role: 'combobox', autocomplete: 'off', 'aria-label': 'Model', 'aria-expanded': 'true', 'aria-controls': this.list.id, 'aria-autocomplete': 'list',
      'aria-describedby': this.hint.id
    })) this.input.setAttribute(name, value);
    this.input.addEventListener('input', () => this.typed());
    this.input.addEventListener('keydown', event => this.key(event));
    this.node.append(this.hint, this.input, this.list);
    this.draw();
    void this.ask('');
  }

  /** What the dialog returns: the marked model, or what was typed where none is like it. */
  getValue(): string {
    return this.shown[this.active] ?? this.input.value.trim();
  }

  override dispose(): void {
    clearTimeout(this.timer);
    super.dispose();
  }

  private typed(): void {
    this.active = 0;
    this.draw();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(this.input.value.trim()), 150);
  }

  /** The kernel's models for what is typed, as completion in a cell has them: providers' defaults, and behind a colon one provider's. */
  private async ask(typed: string): Promise<void> {
    if (!this.kernel || /[\s'"]/.test(typed)) return;
    const provider = typed.includes(':') ? typed.slice(0, typed.indexOf(':') + 1) : '';
    const code = `%%agent -m ${provider}`;
    if (code === this.asked) return;
    this.asked = code;
    const { content } = await this.kernel.requestComplete({ code, cursor_pos: code.length });
    if (this.isDisposed || content.status !== 'ok') return;
    // completion replaces from cursor_start, which may stand behind the provider
    const kept = code.slice('%%agent -m '.length, content.cursor_start);
    const models = content.matches.map(match => kept + match).filter(model => model === 'local:' || !/:$|^-/.test(model));
    this.known = [...new Set([...this.known, ...models])];
    this.draw();
  }

  private key(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step === undefined || !this.shown.length) return;
    event.preventDefault();
    event.stopPropagation();
    this.mark(Math.min(Math.max(this.active + step, 0), this.shown.length - 1));
  }

  private draw(): void {
    this.shown = matching([...this.near, ...this.known], this.input.value.trim());
    this.list.replaceChildren(
      ...this.shown.map((model, i) => {
        const option = h('li', 'nba-choose-option', model);
        option.id = `nba-choose-${i}`;
        option.setAttribute('role', 'option');
        option.addEventListener('pointerdown', event => event.preventDefault()); // the input keeps the focus
        option.addEventListener('click', () => {
          this.mark(i);
          this.take();
        });
        return option;
      })
    );
    this.list.hidden = !this.shown.length;
    this.mark(Math.min(this.active, Math.max(this.shown.length - 1, 0)));
  }

  private mark(index: number): void {
    this.active = index;
    [...this.list.children].forEach((option, i) => option.setAttribute('aria-selected', String(i === index)));
    this.list.children[index]?.scrollIntoView({ block: 'nearest' });
    if (this.shown.length) this.input.setAttribute('aria-activedescendant', `nba-choose-${index}`);
    else this.input.removeAttribute('aria-activedescendant');
  }
}
