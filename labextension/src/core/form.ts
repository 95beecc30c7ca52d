/**
 * The arguments of a call as a form: a field a parameter, by its type, or all of them as JSON. What is wrong is said at the
 * field. Values go out as they were written, so that a number of twenty digits stays one.
 */

import { button, h, quiet, say, show } from './dom';
import { entries, fault, pretty } from './json';
import { fields, problems, type Field, type Problem, type Schema } from './schema';

let forms = 0;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** One parameter: its label, its control, and what is wrong with it. */
class Row {
  readonly el = h('div', 'nba-param');
  private control: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
  private none = h('input');
  private mark = h('span', 'nba-default', 'default');
  private problem = h('div', 'nba-problem');
  private reset: HTMLButtonElement;

  private dirty = false;

  /** `given` is its value as JSON text; undefined where it is left to its default. `changed` is told whether the field was left. */
  constructor(readonly field: Field, private given: string | undefined, id: string, private changed: (done: boolean) => void) {
    this.control = quiet(control(field));
    this.control.id = id;
    this.none.type = 'checkbox';
    this.problem.id = `${id}-problem`;
    const hint = h('div', 'nba-hint', [field.takes, field.description].filter(Boolean).join(' — '));
    hint.id = `${id}-hint`;
    const label = h('label', 'nba-param-name', field.name);
    label.htmlFor = id;
    this.reset = button('Use default', 'nba-quiet', () => {
      this.given = undefined;
      this.write(field.fallback);
      this.touched(false, false);
      this.control.focus();
    });
    this.reset.setAttribute('aria-label', `Use the default of ${field.name}`);
    this.control.setAttribute('aria-describedby', `${hint.id} ${this.problem.id}`);
    if (field.required) this.control.setAttribute('aria-required', 'true');
    const line = h('div', 'nba-param-line', this.control, ...(field.nullable && field.kind !== 'choice' ? [h('label', 'nba-none', quiet(this.none), 'none')] : []));
    this.el.append(h('div', 'nba-param-head', label, this.mark, this.reset), line, hint, this.problem);
    this.control.addEventListener('input', () => {
      this.none.checked = false;
      this.touched(true, false);
    });
    this.control.addEventListener('change', () => this.touched(true, true));
    this.none.setAttribute('aria-label', `${field.name}: none`);
    this.none.addEventListener('change', () => {
      if (this.none.checked) this.control.value = '';
      this.touched(true, true);
    });
    this.write(given ?? field.fallback);
    this.marked();
  }

  focus(): void {
    this.control.focus();
  }

  /** Its value as JSON text, as it was given until it is changed; '' where it is left to its tool. */
  get text(): string {
    if (!this.dirty) return this.given ?? '';
    const { field, control } = this;
    if (this.none.checked) return 'null';
    if (control instanceof HTMLInputElement && control.type === 'checkbox') return String(control.checked);
    const value = control.value;
    if (field.kind === 'text') return value === '' && !field.required && field.fallback === undefined ? '' : JSON.stringify(value);
    // what is no number has no value
    if (control instanceof HTMLInputElement) return control.validity.badInput ? '"?"' : NUMBER.test(value) || value === '' ? value : String(Number(value));
    return value.trim();
  }

  /** What is wrong where a person took the value away and a default would silently take its place; '' where nothing is. */
  get emptied(): string {
    const { kind, nullable, fallback } = this.field;
    if (!this.dirty || fallback === undefined || this.text !== '') return '';
    const what = { integer: 'a whole number', number: 'a number' }[kind as string] ?? 'a value';
    return `${what} is needed${nullable ? ', or none' : ''}, or use the default`;
  }

  /** Whether it need not be said: it is what its tool takes anyway. */
  get left(): boolean {
    const { text, field } = this;
    return text === '' ? !field.required && !this.emptied : this.dirty && field.fallback !== undefined && canonical(text) === canonical(field.fallback);
  }

  write(text: string | undefined): void {
    const none = text === 'null' && this.field.nullable;
    this.none.checked = none && this.field.kind !== 'choice';
    if (this.control instanceof HTMLInputElement && this.control.type === 'checkbox') this.control.checked = text === 'true';
    else if (this.field.kind === 'choice') this.control.value = text === undefined ? '' : canonical(text);
    else if (text === undefined || none) this.control.value = '';
    else if (this.field.kind === 'json') this.control.value = pretty(text);
    else this.control.value = text.startsWith('"') ? (JSON.parse(text) as string) : text;
    if (this.control instanceof HTMLTextAreaElement) this.control.rows = Math.min(10, Math.max(1, this.control.value.split('\n').length, Math.ceil(this.control.value.length / 48)));
  }

  tell(text: string): void {
    say(this.problem, text);
    show(this.problem, text !== '');
    this.control.setAttribute('aria-invalid', String(text !== ''));
  }

  private touched(dirty: boolean, done: boolean): void {
    this.dirty = dirty;
    this.marked();
    this.changed(done);
  }

  private marked(): void {
    if (!(this.control instanceof HTMLSelectElement)) this.control.placeholder = this.none.checked ? 'none' : '';
    const left = this.left;
    show(this.mark, left && !this.field.required);
    show(this.reset, !left && this.field.fallback !== undefined);
  }
}

/** JSON text in one spelling, so that equal values compare equal. */
function canonical(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}

function control(field: Field): HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement {
  if (field.kind === 'choice') {
    const select = h('select', 'nba-control');
    const values = field.nullable && !field.choices.includes(null) ? [...field.choices, null] : field.choices;
    if (!values.some(value => JSON.stringify(value) === field.fallback)) select.append(new Option('choose …', ''));
    select.append(...values.map(value => new Option(typeof value === 'string' ? value : value === null ? 'none' : JSON.stringify(value), JSON.stringify(value))));
    return select;
  }
  if (field.kind === 'text' || field.kind === 'json') {
    const area = h('textarea', 'nba-control');
    area.dataset.kind = field.kind;
    area.rows = 1;
    area.spellcheck = false;
    return area;
  }
  const input = h('input', 'nba-control');
  input.type = field.kind === 'boolean' ? 'checkbox' : 'number';
  input.step = field.kind === 'integer' ? '1' : 'any';
  return input;
}

export class ArgumentForm {
  readonly el = h('div', 'nba-arguments');
  private rows: Row[] = [];
  private list = h('div', 'nba-param-list');
  private area = quiet(h('textarea', 'nba-edit'));
  private problem = h('div', 'nba-problem');
  private toggle: HTMLButtonElement;
  private asJson: boolean;
  private tried = false;

  constructor(text: string, private schema: Schema | undefined) {
    this.area.spellcheck = false;
    this.area.setAttribute('aria-label', 'Arguments as JSON');
    this.area.addEventListener('input', () => this.check());
    this.problem.setAttribute('role', 'alert');
    this.toggle = button('', 'nba-quiet nba-as-json', () => this.turn());
    this.asJson = !schema || entries(text || '{}') === null;
    this.el.append(this.list, this.area, this.problem, this.toggle);
    this.write(text || '{}');
    this.draw();
  }

  focus(): void {
    if (this.asJson) this.area.focus();
    else (this.rows[0] ?? this.toggle).focus();
  }

  /** The arguments as JSON text, or null where something is wrong, which is said and looked at. */
  value(): string | null {
    this.tried = true;
    const found = this.check();
    if (!found.length) return this.text();
    const row = this.asJson ? undefined : this.rows.find(each => found.some(([place]) => place.split('.')[0] === each.field.name));
    if (row) row.focus();
    else this.area.focus();
    return null;
  }

  /** Say what somebody else found wrong. */
  tell(found: Problem[]): void {
    this.tried = true;
    const whole: string[] = [];
    for (const row of this.rows) {
      const own = found.filter(([place]) => place.split('.')[0] === row.field.name);
      row.tell(own.map(([place, text]) => (place.includes('.') ? `${place}: ${text}` : text)).join('; '));
    }
    for (const [place, text] of found) {
      if (this.asJson || !this.rows.some(row => row.field.name === place.split('.')[0])) whole.push(place ? `${place}: ${text}` : text);
    }
    say(this.problem, whole.join('; '));
  }

  private write(text: string): void {
    this.area.value = pretty(text);
    this.area.rows = Math.min(14, Math.max(3, this.area.value.split('\n').length));
    if (!this.schema) return;
    const given = new Map(entries(text) ?? []);
    const id = `nba-form-${++forms}`;
    this.rows = fields(this.schema).map((field, i) => new Row(field, given.get(field.name), `${id}-${i}`, done => {
      this.tried ||= done;
      this.check();
    }));
    this.list.replaceChildren(...this.rows.map(row => row.el));
  }

  /** The text as it stands, JSON or not. */
  private text(rows = this.rows): string {
    if (this.asJson) return this.area.value;
    const said = rows.filter(row => !row.left && row.text !== '');
    return `{${said.map(row => `${JSON.stringify(row.field.name)}: ${row.text}`).join(', ')}}`;
  }

  private check(): Problem[] {
    const found = this.found();
    if (this.tried || this.asJson) this.tell(found);
    return found;
  }

  private found(): Problem[] {
    if (this.asJson) {
      const wrong = fault(this.area.value);
      if (wrong !== null) return [['', wrong]];
      return this.schema ? problems(JSON.parse(this.area.value), this.schema, this.schema) : [];
    }
    const broken = this.rows.flatMap((row): Problem[] => {
      try {
        if (row.text !== '') JSON.parse(row.text);
        return row.emptied ? [[row.field.name, row.emptied]] : [];
      } catch (error) {
        return [[row.field.name, `is not JSON: ${(error as Error).message}`]];
      }
    });
    // all that is wrong at once: the others are looked at as they are without those
    const names = new Set(broken.map(([place]) => place));
    const others = this.text(this.rows.filter(row => !names.has(row.field.name)));
    return [...broken, ...problems(JSON.parse(others), this.schema, this.schema!).filter(([place]) => !names.has(place.split('.')[0]!))];
  }

  private turn(): void {
    const text = this.text();
    if (this.asJson) {
      const wrong = fault(text);
      if (wrong !== null) {
        this.tell([['', wrong]]);
        this.area.focus();
        return;
      }
    }
    this.asJson = !this.asJson;
    this.tried = false;
    this.write(text);
    say(this.problem, '');
    this.draw();
    this.focus();
  }

  private draw(): void {
    show(this.area, this.asJson);
    show(this.list, !this.asJson);
    show(this.toggle, this.schema !== undefined);
    say(this.toggle, this.asJson ? 'Edit in fields' : 'Edit as JSON');
  }
}
