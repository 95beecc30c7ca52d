import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { Run } from '../src/core/run';
import { readState } from '../src/core/saved';
import type { RunState } from '../src/core/state';
import { RunView } from '../src/core/view';

const folder = join(__dirname, '../../tests/fixtures/view');
const fixtures = readdirSync(folder).map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')) as { name: string; ops: object[]; state: RunState });

/** The markup of what a reader sees. */
function seen(view: HTMLElement): string {
  const copy = view.cloneNode(true) as HTMLElement;
  for (const unseen of copy.querySelectorAll('[hidden], .nba-stop')) unseen.remove();
  return copy.outerHTML;
}

describe.each(fixtures.map(fixture => [fixture.name, fixture] as const))('%s', (_, fixture) => {
  it('folds to the state that the kernel has', () => {
    const run = new Run();
    for (const batch of fixture.ops) expect(run.receive(batch).what).toBe('ops');
    expect(run.state).toEqual(fixture.state);
  });

  it('is read back from the saved state without loss', () => {
    expect(readState(fixture.state)).toEqual(fixture.state);
  });

  it('looks the same when it streamed as when it is opened', () => {
    const run = new Run();
    const live = new RunView(run, { send: () => undefined });
    for (const batch of fixture.ops) {
      const received = run.receive(batch);
      if (received.what === 'ops') live.changed(received.ops);
      live.flush();
    }
    const saved = new RunView(new Run(structuredClone(fixture.state)));
    expect(seen(live.el)).toBe(seen(saved.el));
  });
});

describe('a state from a file', () => {
  it.each([null, 1, 'x', [], {}, { v: 2, items: [] }, { v: 1 }, { v: 1, items: {} }])('that is none is refused: %j', value => {
    expect(readState(value)).toBeNull();
  });

  it('with wrong types is drawn all the same', () => {
    const state = readState({
      v: 1, run_id: 7, outcome: 'dancing', usage: { input_tokens: 'many', output_tokens: 3 }, cost: 'free', error: { type: {}, lines: 'no' },
      items: [null, 3, { k: 'text' }, { k: 'text', text: { a: 1 } }, { k: 'tool', name: [], status: 'odd', progress: [1], error: 'x', approval: 1 }, { k: 'reasoning', duration: 'x' }, { k: 'new' }]
    })!;
    expect(state.items).toHaveLength(4);
    expect(new RunView(new Run(state)).el.textContent).toContain('{"a":1}');
  });
});

describe('messages', () => {
  const ops = (seq: number, text: string) => ({ t: 'ops', seq, ops: [['add', 0, { k: 'text', text }]] });

  it('that come twice count once', () => {
    const run = new Run();
    expect(run.receive(ops(1, 'a')).what).toBe('ops');
    expect(run.receive(ops(1, 'a')).what).toBe('nothing');
    expect(run.state.items).toHaveLength(1);
  });

  it('after a gap wait for the whole state', () => {
    const run = new Run();
    run.receive(ops(1, 'a'));
    expect(run.receive({ t: 'ops', seq: 3, ops: [['text', 0, 'c']] }).what).toBe('gap');
    expect(run.behind).toBe(true);
    const state = { ...run.state, items: [{ k: 'text', text: 'abc' }] };
    expect(run.receive({ t: 'state', seq: 3, state }).what).toBe('state');
    expect(run.behind).toBe(false);
    expect(run.receive({ t: 'ops', seq: 4, ops: [['text', 0, 'd']] }).what).toBe('ops');
    expect(run.state.items).toEqual([{ k: 'text', text: 'abcd' }]);
  });

  it.each([null, 3, {}, { t: 'ops' }, { t: 'ops', seq: 1 }, { t: 'state', seq: 1, state: 5 }, { t: 'other', seq: 1, ops: [] }])('that are none change nothing: %j', message => {
    const run = new Run();
    expect(['nothing', 'gap']).toContain(run.receive(message).what);
    expect(run.state.items).toEqual([]);
  });
});
