// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';

import { ArgumentForm } from '../src/core/form';
import { fields, problems, type Schema } from '../src/core/schema';

const SCHEMA: Schema = {
  type: 'object',
  additionalProperties: false,
  required: ['table'],
  $defs: {
    Order: { enum: ['oldest', 'newest'], type: 'string' },
    Filter: { type: 'object', properties: { since: { type: 'string', minLength: 4 }, tags: { type: 'array', items: { type: 'string' }, maxItems: 2 } }, required: ['since'], additionalProperties: false }
  },
  properties: {
    table: { type: 'string', description: 'The table.', pattern: '^[a-z]+$' },
    limit: { type: 'integer', default: 10, minimum: 1, exclusiveMaximum: 500 },
    share: { anyOf: [{ type: 'number' }, { type: 'null' }], default: null },
    dry_run: { type: 'boolean', default: true },
    order: { $ref: '#/$defs/Order', default: 'oldest' },
    filter: { anyOf: [{ $ref: '#/$defs/Filter' }, { type: 'null' }], default: null },
    extra: {}
  }
};
const found = (value: unknown) => Object.fromEntries(problems(value, SCHEMA, SCHEMA));

describe('a tool’s schema', () => {
  it('says of each parameter what field it is', () => {
    expect(fields(SCHEMA).map(({ name, kind, nullable, required, fallback }) => [name, kind, nullable, required, fallback])).toEqual([
      ['table', 'text', false, true, undefined], ['limit', 'integer', false, false, '10'], ['share', 'number', true, false, 'null'], ['dry_run', 'boolean', false, false, 'true'],
      ['order', 'choice', false, false, '"oldest"'], ['filter', 'json', true, false, 'null'], ['extra', 'json', false, false, undefined]
    ]);
    expect(fields(SCHEMA)[1]!.takes).toBe('whole number, ≥ 1, < 500');
  });

  it('finds what is wrong, and where', () => {
    expect(found({ table: 'orders', limit: 3, share: 0.5, filter: { since: '2024' }, extra: [1, { a: null }] })).toEqual({});
    expect(found({ limit: 0.5 })).toEqual({ table: 'is needed', limit: 'must be a whole number' });
    expect(found({ table: 'A', limit: 500, share: 'x', dry_run: 1, order: 'old', more: 1 })).toEqual({
      table: 'must match ^[a-z]+$', limit: 'must be less than 500', share: 'must be number or none', dry_run: 'must be true or false', order: 'must be one of "oldest", "newest"',
      more: 'is not one of table, limit, share, dry_run, order, filter, extra'
    });
    expect(found({ table: 'a', filter: { since: '1', tags: ['a', 2] } })).toEqual({ 'filter.since': 'must have at least 4 characters', 'filter.tags.1': 'must be a text' });
    expect(found({ table: 'a', filter: { since: '2024', tags: ['a', 'b', 'c'] } })).toEqual({ 'filter.tags': 'must have at most 2 entries' });
  });

  it('ends where a schema leads to itself', () => {
    const loop: Schema = { type: 'object', properties: { a: { $ref: '#/$defs/A' }, n: { $ref: '#/$defs/N' } }, $defs: { A: { $ref: '#/$defs/A' }, N: { type: 'object', properties: { n: { $ref: '#/$defs/N' } } } } };
    expect(fields(loop).map(field => field.kind)).toEqual(['json', 'json']);
    expect(problems({ a: 1, n: { n: { n: 3 } } }, loop, loop)).toEqual([['n.n.n', 'must be an object']]);
  });
});

describe('the form', () => {
  const open = (text: string, schema: Schema | undefined = SCHEMA) => {
    const form = new ArgumentForm(text, schema);
    document.body.replaceChildren(form.el);
    const control = (name: string) => {
      const label = [...form.el.querySelectorAll('label')].find(each => each.textContent === name)!;
      return document.getElementById(label.htmlFor) as HTMLInputElement;
    };
    const type = (name: string, value: string | boolean) => {
      const field = control(name);
      if (typeof value === 'boolean') field.checked = value;
      else field.value = value;
      field.dispatchEvent(new Event('input', { bubbles: true }));
    };
    return { form, control, type, find: (selector: string) => form.el.querySelector<HTMLElement>(selector)! };
  };

  it('says what was given as it was given, and nothing of what is left to the tool', () => {
    expect(open('{"table": "a", "limit": 12345678901234567890}').form.el.querySelector<HTMLInputElement>('[type=number]')!.value).toBe('12345678901234567890');
    expect(open('{"table": "a", "share": 1.0}').form.value()).toBe('{"table": "a", "share": 1.0}');
    expect(open('{"table":"a"}').form.value()).toBe('{"table": "a"}');
  });

  it('sends what was changed, and leaves out what is the default again', () => {
    const { form, type } = open('{"table": "a", "limit": 3}');
    type('limit', '10');
    type('dry_run', false);
    type('order', '"newest"');
    type('table', 'b');
    expect(form.value()).toBe('{"table": "b", "dry_run": false, "order": "newest"}');
  });

  it('says what is wrong at its field, and gives nothing until it is right', () => {
    const { form, type, control } = open('{"table": "a"}');
    type('limit', '0');
    type('filter', '{"since": ');
    expect(form.value()).toBeNull();
    expect(['limit', 'filter'].map(name => control(name).getAttribute('aria-invalid'))).toEqual(['true', 'true']);
    expect(document.activeElement).toBe(control('limit'));
    type('filter', '{"since": "2024"}');
    expect(form.value()).toBeNull();
    expect(document.getElementById(control('limit').getAttribute('aria-describedby')!.split(' ')[1]!)!.textContent).toBe('must be at least 1');
    type('limit', '2');
    expect(form.value()).toBe('{"table": "a", "limit": 2, "filter": {"since": "2024"}}');
    expect(control('limit').getAttribute('aria-invalid')).toBe('false');
  });

  it('takes no default for a value that was taken away, until that is said', () => {
    const { form, type, control, find } = open('{"table": "a", "limit": 3, "share": 0.5}');
    const said = (name: string) => document.getElementById(control(name).getAttribute('aria-describedby')!.split(' ')[1]!)!.textContent;
    type('limit', '');
    type('share', '');
    type('extra', '');
    expect(form.value()).toBeNull();
    expect([said('limit'), said('share')]).toEqual(['a whole number is needed, or use the default', 'a number is needed, or none, or use the default']);
    find('[aria-label="Use the default of limit"]').click();
    find('[aria-label="share: none"]').click();
    expect(form.value()).toBe('{"table": "a"}');
  });

  it('says at its field what the kernel found, and elsewhere what is of no field', () => {
    const { form, control, find } = open('{"table": "a"}');
    form.tell([['table', 'there is no such table'], ['', 'all of it']]);
    expect(control('table').getAttribute('aria-invalid')).toBe('true');
    expect(find('[role=alert]').textContent).toBe('all of it');
  });

  it('is JSON alone where no schema is known', () => {
    const form = new ArgumentForm('{"a": 1}', undefined);
    expect(form.value()).toBe('{\n  "a": 1\n}');
    expect(form.el.querySelector<HTMLElement>('.nba-as-json')!.hidden).toBe(true);
  });
});
