import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { entries, fault, pretty, readable, unquote } from '../src/core/json';
import { Run } from '../src/core/run';
import { emptyRun, type Item, type NoticeItem, type Op, type RunState, type ToolItem } from '../src/core/state';
import { RunView } from '../src/core/view';

const tool = (fields: Partial<ToolItem> = {}): ToolItem => ({
  k: 'tool', id: 'c1', name: 'delete_rows', arguments: '{"table": "orders"}', status: 'pending', batch: 's', approval: { digest: 'd1' }, ...fields
});
const state = (items: Item[], fields: Partial<RunState> = {}): RunState => ({ ...emptyRun(), run_id: 'r1', items, ...fields });

function shown(items: Item[], fields: Partial<RunState> = {}) {
  const send = vi.fn();
  const run = new Run(state(items, fields));
  const view = new RunView(run, { send });
  document.body.append(view.el);
  const find = <E extends HTMLElement>(selector: string) => view.el.querySelector<E>(selector)!;
  const press = (label: string) => [...view.el.querySelectorAll('button')].find(button => button.textContent === label)!.click();
  let seq = 0;
  const apply = (...ops: Op[]) => {
    const received = run.receive({ t: 'ops', seq: ++seq, ops });
    if (received.what === 'ops') view.changed(received.ops);
    view.flush();
  };
  return { send, run, view, find, press, apply };
}

beforeEach(() => {
  delete (globalThis as Record<symbol, unknown>)[Symbol.for('nbagent.memory')];
});
afterEach(() => {
  document.body.replaceChildren();
});

describe('a decision', () => {
  const sent = (decision: unknown) => [[{ t: 'decide', run_id: 'r1', call_id: 'c1', digest: 'd1', decision }]];

  it('to approve is sent once', () => {
    const { send, press, find } = shown([tool()]);
    press('Approve');
    press('Approve');
    find<HTMLButtonElement>('.nba-primary').click();
    expect(send.mock.calls).toEqual(sent(true));
  });

  it('to reject carries the reason', () => {
    const { send, press, find } = shown([tool()]);
    press('Reject…');
    find<HTMLInputElement>('.nba-reason').value = ' not today ';
    press('Reject');
    expect(send.mock.calls).toEqual(sent({ reason: 'not today' }));
  });

  it('to edit is sent only as JSON', () => {
    const { send, press, find } = shown([tool()]);
    press('Edit…');
    const area = find<HTMLTextAreaElement>('textarea');
    expect(area.value).toBe('{\n  "table": "orders"\n}');
    for (const wrong of ['{"table": ', '[1]', 'null', '']) {
      area.value = wrong;
      press('Approve with these arguments');
      expect(find('.nba-problem').textContent).not.toBe('');
    }
    expect(send).not.toHaveBeenCalled();
    area.value = '{"table": "drafts"}';
    press('Approve with these arguments');
    expect(send.mock.calls).toEqual(sent({ arguments: '{"table": "drafts"}' }));
  });

  it('can be thought over', () => {
    const { send, press, find } = shown([tool()]);
    press('Edit…');
    find('textarea').dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    press('Reject…');
    press('Cancel');
    press('Approve');
    expect(send.mock.calls).toEqual(sent(true));
  });

  it('is given for longer', () => {
    for (const [label, standing] of [['This session', 'session'], ['Always', 'always']]) {
      const { send, press } = shown([tool()]);
      press('Approve for…');
      press(label!);
      expect(send.mock.calls).toEqual(sent({ approve: standing }));
    }
  });

  it('shows what the call leaves to its tool, and is asked for again with what was wrong', () => {
    const schema = { type: 'object', properties: { table: { type: 'string' }, limit: { type: 'integer', default: 10 } }, required: ['table'] };
    const { send, apply, press, find } = shown([tool({ approval: { digest: 'd1', schema }, defaults: [['limit', '10']] })]);
    expect(find('.nba-left').textContent).toBe('limit10 default');
    press('Edit…');
    press('Approve with these arguments');
    expect(find<HTMLTextAreaElement>('textarea').disabled).toBe(true);
    apply(['set', 0, { approval: { digest: 'd1', schema, problems: [['table', 'there is no such table']], attempt: 1 } }]);
    expect(find('.nba-param .nba-problem').textContent).toBe('there is no such table');
    expect(find<HTMLTextAreaElement>('textarea').disabled).toBe(false);
    press('Approve with these arguments');
    expect(send).toHaveBeenCalledTimes(2);
  });

  it('is not taken from the reader by other news', () => {
    const { apply, press, find } = shown([tool(), tool({ id: 'c2', status: 'running', approval: undefined })]);
    press('Edit…');
    find<HTMLTextAreaElement>('textarea').value = '{"half';
    apply(['more', 1, ['line']], ['set', 1, { status: 'ok', result: 'x' }]);
    expect(find<HTMLTextAreaElement>('textarea').value).toBe('{"half');
  });

  it('is gone when it was taken', () => {
    const { apply, press, find } = shown([tool()]);
    press('Approve');
    apply(['set', 0, { approval: null, status: 'running' }]);
    expect(find('.nba-approval')).toBeNull();
  });

  it('cannot be given without a kernel, nor after the run', () => {
    expect(new RunView(new Run(state([tool()], { outcome: 'paused' }))).el.querySelector('.nba-approval')).toBeNull();
    expect(new RunView(new Run(state([tool()]))).el.querySelector('.nba-button:not([hidden])')).toBeNull();
    const { apply, find } = shown([tool()]);
    expect(find('.nba-approval')).not.toBeNull();
    apply(['run', { outcome: 'paused' }]);
    expect(find('.nba-approval')).toBeNull();
    expect(find('.nba-footer').textContent).toContain('paused: resume with %agent --resume');
  });
});

describe('reasoning', () => {
  const thought = { k: 'reasoning', text: 'Hmm' } as const;

  it('is open while it streams and closes when it is over', () => {
    const { apply, find } = shown([]);
    apply(['add', 0, thought]);
    expect(find<HTMLDetailsElement>('.nba-reasoning').open).toBe(true);
    apply(['text', 0, ' and so on'], ['set', 0, { duration: 3.21 }]);
    expect(find<HTMLDetailsElement>('.nba-reasoning').open).toBe(false);
    expect(find('.nba-reasoning summary').textContent).toBe('Thought for 3.2 s');
  });

  it('stays as the reader put it', () => {
    const { apply, find } = shown([]);
    apply(['add', 0, thought]);
    find('.nba-reasoning summary').click();
    find('.nba-reasoning summary').click();
    apply(['set', 0, { duration: 1 }]);
    expect(find<HTMLDetailsElement>('.nba-reasoning').open).toBe(true);
  });
});

describe('the swap to the saved transcript', () => {
  it('keeps open what was open and closed what was closed', () => {
    const items: Item[] = [{ k: 'reasoning', text: 'Hmm', duration: 1 }, tool({ status: 'ok', approval: undefined, result: 'x' })];
    const { find, run } = shown(items);
    find('.nba-reasoning summary').click();
    find('.nba-card summary').click();
    const saved = new RunView(new Run(structuredClone({ ...run.state, outcome: 'completed' }))).el;
    expect(saved.querySelector<HTMLDetailsElement>('.nba-reasoning')!.open).toBe(true);
    expect(saved.querySelector<HTMLDetailsElement>('.nba-card')!.open).toBe(false);
    const other = new RunView(new Run({ ...structuredClone(run.state), run_id: 'r2' })).el;
    expect(other.querySelector<HTMLDetailsElement>('.nba-reasoning')!.open).toBe(false);
  });

  it('remembers what was opened before the run had its id', () => {
    const { apply, find } = shown([], { run_id: '' });
    apply(['add', 0, { k: 'reasoning', text: 'Hmm', duration: 1 }]);
    find('.nba-reasoning summary').click();
    apply(['run', { run_id: 'late' }]);
    const saved = new RunView(new Run(state([{ k: 'reasoning', text: 'Hmm', duration: 1 }], { run_id: 'late' }))).el;
    expect(saved.querySelector<HTMLDetailsElement>('.nba-reasoning')!.open).toBe(true);
  });
});

describe('a whole state in mid-run', () => {
  it('leaves the pieces that are there in place', () => {
    const { run, view, find } = shown([{ k: 'text', text: 'Hel' }]);
    const before = find('.nba-answer');
    run.receive({ t: 'state', seq: 9, state: state([{ k: 'text', text: 'Hello' }, tool()]) });
    view.redraw();
    expect(find('.nba-answer')).toBe(before);
    expect(find('.nba-text').textContent).toBe('Hello');
    expect(find('.nba-card')).not.toBeNull();
  });

  it('draws another run from nothing', () => {
    const { run, view, find } = shown([{ k: 'text', text: 'Hel' }, tool()]);
    run.receive({ t: 'state', seq: 9, state: state([tool({ name: 'other' })]) });
    view.redraw();
    expect(view.el.querySelectorAll('.nba-card, .nba-answer')).toHaveLength(1);
    expect(find('.nba-name').textContent).toBe('other');
  });
});

describe('cards', () => {
  it('of one batch stand in one row, those of the next in another', () => {
    const { view } = shown([tool({ id: 'a' }), tool({ id: 'b' }), tool({ id: 'c', batch: 't' }), { k: 'text', text: 'x' }, tool({ id: 'd', batch: 't' })]);
    expect([...view.el.querySelectorAll('.nba-calls')].map(row => row.children.length)).toEqual([2, 1, 1]);
  });

  it('show nothing of a tool as markup', () => {
    const evil = '<img src=x onerror=alert(1)>';
    const { view } = shown([
      tool({ name: evil, arguments: `{"${evil}": "${evil}"}`, status: 'ok', result: evil, progress: [evil], files: [evil] }),
      tool({ status: 'error', arguments: evil, error: { type: evil, message: evil, traceback: evil } }), { k: 'notice', level: 'info', text: evil }
    ], { error: { type: evil, lines: [evil] }, model: evil, agent: evil, waiting: { what: evil } });
    expect(view.el.querySelector('img')).toBeNull();
    expect(view.el.textContent).toContain(evil);
  });

  it('fill in their arguments as these arrive', () => {
    const { apply, find, view } = shown([]);
    apply(['add', 0, tool({ status: 'arriving', arguments: '', approval: undefined })]);
    for (const piece of ['{"ci', 'ty": "Os', 'lo", "code": "a\\', 'nb', '", "days": [1, ', '2]}']) apply(['args', 0, piece]);
    expect([...view.el.querySelectorAll('.nba-arg')].map(row => [row.children[0]!.textContent, row.children[1]!.textContent])).toEqual([
      ['city', '"Oslo"'], ['code', 'a\nb'], ['days', '[1, 2]']
    ]);
    expect(find('.nba-card').dataset.status).toBe('arriving');
  });
});

describe('the footer', () => {
  const facts = (fields: Partial<RunState>) => shown([], { outcome: 'completed', model: 'm', ...fields }).find('.nba-footer').textContent;

  it('says an unknown price is unknown and a local one is free', () => {
    const usage = { input_tokens: 1234, output_tokens: 5 };
    expect(facts({ usage, cost: null })).toContain('1,234 in, 5 outcost unknown');
    expect(facts({ usage, cost: 0, cost_source: 'local' })).toContain('free (local)');
    expect(facts({ usage, cost: 0.00123, cost_source: 'prices' })).toContain('$0.0012');
    expect(facts({ usage, cost: 1.5, cost_source: 'prices' })).toContain('$1.50');
  });

  it('says details of the tokens where one asks', () => {
    const { view } = shown([], { outcome: 'completed', usage: { input_tokens: 10, output_tokens: 5, cache_read_tokens: 4, reasoning_tokens: 3 }, steps: 2 });
    const title = [...view.el.querySelectorAll('.nba-fact')].map(fact => fact.getAttribute('title') ?? '').find(text => text.includes('tokens'));
    expect(title).toBe('tokens, 2 model calls\n4 read from the cache\n3 of the output are reasoning');
  });

  it('sends stop once, by press or by key', () => {
    const { send, find } = shown([]);
    const stop = find<HTMLButtonElement>('.nba-stop');
    stop.dispatchEvent(new MouseEvent('pointerdown', { button: 0, bubbles: true }));
    stop.click();
    expect(send.mock.calls).toEqual([[{ t: 'stop' }]]);
  });

  it('has no stop without a kernel, nor after the run', () => {
    expect(new RunView(new Run(state([]))).el.querySelector<HTMLElement>('.nba-stop')!.hidden).toBe(true);
    const { apply, find } = shown([]);
    expect(find('.nba-stop').hidden).toBe(false);
    apply(['run', { outcome: 'completed' }]);
    expect(find('.nba-stop').hidden).toBe(true);
  });

  it.each([
    [[], {}, 'Waiting for the model'],
    [[], { waiting: { what: 'loading', fraction: 0.425 } }, 'Loading 43 %'],
    [[{ k: 'reasoning', text: '' }], {}, 'Thinking'],
    [[{ k: 'text', text: 'x' }], {}, 'Answering'],
    [[tool()], {}, 'Waiting for your decision'],
    [[tool({ status: 'running', name: 'a' }), tool({ status: 'running', name: 'b' })], {}, 'Running a, b'],
    [[tool({ status: 'arriving' })], {}, 'Calling delete_rows'],
    [[tool({ status: 'ok' })], {}, 'Waiting for the model']
  ] as [Item[], Partial<RunState>, string][])('says what goes on: %j %j', (items, fields, words) => {
    expect(shown(items, fields).find('[role=status]').textContent).toBe(words);
  });
});

describe('JSON for people', () => {
  const text = '{"a": 12345678901234567890, "b": [1, {"c": "x, \\"y\\": {"}], "d": {}, "e": "l1\\nl2"}';

  it('is laid out without changing a value', () => {
    expect(pretty(text)).toContain('12345678901234567890');
    expect(JSON.parse(pretty(text))).toEqual(JSON.parse(text));
    expect(pretty('{"a":{},"b":[]}')).toBe('{\n  "a": {},\n  "b": []\n}');
    expect(readable('not json { at all')).toBe('not json { at all');
    expect(readable(`${text} and more`)).toBe(`${text} and more`);
  });

  it('can be read at any point of its arrival', () => {
    for (let i = 0; i <= text.length; i++) {
      const found = entries(text.slice(0, i));
      if (i === 0) expect(found).toBeNull();
      else for (const [, raw] of found!) if (raw.startsWith('"')) expect(typeof unquote(raw)).toBe('string');
      expect(typeof pretty(text.slice(0, i))).toBe('string');
    }
    expect(entries(text)!.map(([key]) => key)).toEqual(['a', 'b', 'd', 'e']);
    expect(entries('[1]')).toBeNull();
    expect(entries('{"a": 1} tail')).toBeNull();
    expect(unquote('"half \\u00')).toBe('half ');
  });

  it('says what is wrong', () => {
    expect(fault('{"a": 1}')).toBeNull();
    expect(fault('{"a": 1')).toMatch(/\S/);
    expect(fault('3')).toMatch(/object/);
  });
});

describe('the wait before another attempt', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());
  const notice = (fields: Partial<NoticeItem> = {}): NoticeItem => ({ k: 'notice', level: 'warning', text: 'attempt 2 in 3.4 s: busy in 3.4 s', wait: 3.4, ...fields });
  const said = (view: RunView) => view.el.querySelector('.nba-notice')!.textContent;

  it('counts down by itself, and says when it is over', () => {
    const { apply, view, send } = shown([]);
    apply(['add', 0, notice()]);
    expect(said(view)).toBe('attempt 2 in 4 s: busy in 3.4 s');
    vi.advanceTimersByTime(2000);
    expect(said(view)).toBe('attempt 2 in 2 s: busy in 3.4 s');
    vi.advanceTimersByTime(2000);
    expect(said(view)).toBe('attempt 2 now: busy in 3.4 s');
    expect(send).not.toHaveBeenCalled();
    view.dispose();
  });

  it('begins anew with each attempt, and stops where the answer comes', () => {
    const { apply, view } = shown([]);
    apply(['add', 0, notice()]);
    vi.advanceTimersByTime(3000);
    apply(['set', 0, { text: 'attempt 3 in 8.0 s: busy', wait: 8 }]);
    expect(said(view)).toBe('attempt 3 in 8 s: busy');
    vi.advanceTimersByTime(5000);
    expect(said(view)).toBe('attempt 3 in 3 s: busy');
    apply(['set', 0, { level: 'info', text: 'attempt 3 after 8.0 s: busy', wait: null }]);
    vi.advanceTimersByTime(5000);
    expect(said(view)).toBe('attempt 3 after 8.0 s: busy');
    view.dispose();
  });

  it('stands still where the run is over, and on a page without a kernel', () => {
    const { view } = shown([notice()], { outcome: 'cancelled' });
    vi.advanceTimersByTime(3000);
    expect(said(view)).toBe('attempt 2 in 3.4 s: busy in 3.4 s');
    view.dispose();
    const saved = new RunView(new Run(state([notice()])));
    vi.advanceTimersByTime(3000);
    expect(said(saved)).toBe('attempt 2 in 3.4 s: busy in 3.4 s');
  });
});
