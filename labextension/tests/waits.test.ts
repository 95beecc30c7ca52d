// @vitest-environment jsdom
import { afterEach, describe, expect, it, vi } from 'vitest';

import { seconds } from '../src/core/dom';
import { OpenRun } from '../src/panel/open-run';
import { around, asTree, filterSpans, readRuns, readWaits, takeSpans, type SpanRow } from '../src/panel/rows';

const raw = (place: number, id: string, parent: string | null, kind: string, name: string, start: number, duration: number | null, status = 'ok') => [
  place, id, parent, kind, name, start, duration, null, status, null, null, null, null, null
];
const wait = (start: number, seconds: number, still = false, asked = [['drop', still ? '' : 'approved']], parent: string | null = 'r') => ['wait t', parent, start, seconds, still, asked];
afterEach(() => document.body.replaceChildren());

describe('a wait for a person', () => {
  it('is a row among the spans, where it began, and is found by what was asked and decided', () => {
    const rows: SpanRow[] = [];
    takeSpans(rows, [raw(0, 'r', null, 'run', 'main', 0, 9), raw(1, 'a', 'r', 'chat', 'm', 0, 1), raw(2, 't', 'r', 'tool', 'drop', 7, 1)]);
    const tree = asTree([...rows, ...readWaits([wait(1, 6)], false)]);
    expect(tree.map(row => [row.kind, row.name, row.depth])).toEqual([['run', 'main', 0], ['chat', 'm', 1], ['wait', 'waited for a person', 1], ['tool', 'drop', 1]]);
    expect(filterSpans(tree, { text: 'person approved', model: '', errors: false }).map(row => row.kind)).toEqual(['run', 'wait']);
  });

  it('goes on while its run does, lasts as long as was said after it, and is rejected where a call was', () => {
    const of = (told: unknown, running: boolean) => readWaits([told], running).map(row => [row.name, row.status, row.duration]);
    expect(of(wait(1, 6, true), true)).toEqual([['waits for a person', 'paused', null]]);
    expect(of(wait(1, 6, true), false)).toEqual([['waits for a person', 'paused', 6]]);
    expect(of(wait(1, 6, false, [['a', 'approved'], ['b', 'rejected']]), false)).toEqual([['waited for a person', 'rejected', 6]]);
    expect([readWaits([null, 3, ['x'], [1, null, 2]], true), readWaits('nothing', true)]).toEqual([[], []]);
  });

  it('outside its run is seen for as long as the run at most', () => {
    const seen = (start: number, seconds: number) => around(readWaits([wait(start, seconds)], false), 4);
    expect([seen(-50_000, 50_000), seen(-1, 1), seen(3, 50_000), seen(3, 2), seen(1, 2)]).toEqual([{ lead: 4, tail: 0 }, { lead: 1, tail: 0 }, { lead: 0, tail: 4 }, { lead: 0, tail: 1 }, { lead: 0, tail: 0 }]);
  });

  it('of a night is said in hours', () => {
    expect([59.6, 3599, 3600, 50_000].map(seconds)).toEqual(['1 min 0 s', '59 min 59 s', '1 h 0 min', '13 h 53 min']);
  });
});

describe('a run that waited', () => {
  const open = (fields = {}) => {
    const ask = vi.fn();
    const view = new OpenRun({ ask, way: () => null, leave: vi.fn(), mark: vi.fn(), markOf: () => '' });
    document.body.append(view.el);
    view.enter(readRuns([{ run: 'r1', agent: 'main', model: 'm', status: 'ok', at: 1, ...fields }])[0]!);
    const rows = () => [...view.el.querySelectorAll<HTMLElement>('[role=treeitem]')];
    const key = (name: string) => view.el.querySelector('[role=tree]')!.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
    return { ask, view, rows, key, details: view.el.querySelector<HTMLElement>('.nba-details')! };
  };

  it('shows how long, and what was decided, without a question; also before a run that carries another on', () => {
    const { ask, view, rows, key, details } = open();
    const told = { t: 'run', run: 'r1', now: 4, rows: [raw(0, 'r', null, 'run', 'main', 0, 4)] };
    view.take({ ...told, waits: [wait(-7200, 7200, false, [['drop', 'approved'], ['send', 'rejected']], null)] });
    const [waited, run] = rows();
    expect([waited!.dataset.kind, waited!.getAttribute('aria-label'), waited!.querySelector('.nba-span-time')!.textContent]).toEqual(['wait', 'waited for a person, 2 h 0 min, drop approved, send rejected', '2 h 0 min']);
    expect([waited!, run!].map(row => row.querySelector<HTMLElement>('.nba-span-bar')!.style.width)).toEqual(['50%', '50%']);
    ask.mockClear();
    key('Home');
    key('Enter');
    expect(ask).not.toHaveBeenCalled();
    expect([details.hidden, details.querySelector('.nba-details-facts')!.textContent]).toEqual([false, 'Duration2 h 0 mindropapprovedsendrejected']);
    view.take({ ...told, waits: [] });
    expect(rows()).toHaveLength(1);
  });

  it('or still waits is asked about again, for it may be carried on elsewhere; its details follow', () => {
    const { view, rows, key, details } = open({ status: 'paused' });
    const told = { t: 'run', run: 'r1', now: 4, rows: [raw(0, 'r', null, 'run', 'main', 0, 4, 'paused')] };
    view.take({ ...told, waits: [wait(3, 60, true)] });
    expect([view.open, rows()[1]!.getAttribute('aria-label')]).toEqual([true, 'waits for a person, 1 min 0 s, drop']);
    key('End');
    key('Enter');
    expect(details.textContent).toContain('not decided yet');
    view.take({ ...told, waits: [wait(3, 61)] });
    expect([view.open, details.textContent]).toEqual([false, 'waited for a personDuration1 min 1 sdropapproved']);
  });
});
