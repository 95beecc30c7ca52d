import { afterEach, describe, expect, it, vi } from 'vitest';

import { asTree, bar, filterRuns, filterSpans, readRuns, takeSpans, type SpanRow } from '../src/panel/rows';
import { RunsTab } from '../src/panel/runs';

const run = (fields = {}) => ({ run: 'r1', agent: 'main', model: 'small', status: 'ok', at: 1, duration: 2, input: 10, output: 5, cost: 0.01, prompt: 'Which rows?', cell: 'c1', count: 3, n_errors: 0, error: null, ...fields });
/** A row as the kernel sends it. */
const raw = (place: number, id: string, parent: string | null, kind = 'chat', name = 'small', start = 0, duration: number | null = 1, status = 'ok', error: string | null = null) => [
  place, id, parent, kind, name, start, duration, kind === 'chat' ? 0.25 : null, status, 10, 5, 0.01, kind === 'chat' ? name : null, error
];
const spans = (...came: unknown[]): SpanRow[] => {
  const rows: SpanRow[] = [];
  takeSpans(rows, came);
  return rows;
};

describe('the spans of a run', () => {
  it('are a tree, each below what began it, in order of start', () => {
    const rows = spans(raw(0, 'r', null, 'run', 'main'), raw(1, 'a', 'r'), raw(2, 't', 'r', 'tool', 'f'), raw(3, 'b', 'r'), raw(4, 'inner', 't', 'run', 'other'), raw(5, 'x', 'inner'));
    expect(asTree(rows).map(row => [row.id, row.depth])).toEqual([['r', 0], ['a', 1], ['t', 1], ['inner', 2], ['x', 3], ['b', 1]]);
  });

  it('without their parent, or that are their own, stand at the root', () => {
    expect(asTree(spans(raw(0, 'a', 'gone'), raw(1, 'b', 'b'))).map(row => row.depth)).toEqual([0, 0]);
  });

  it('are taken by their places, and a gap or nonsense is left out', () => {
    const rows = spans(raw(0, 'a', null, 'chat', 'm', 0, null, 'running'));
    takeSpans(rows, [raw(0, 'a', null), raw(1, 'b', null), raw(7, 'far', null), null, [], ['x'], 3]);
    expect(rows.map(row => [row.id, row.status])).toEqual([['a', 'ok'], ['b', 'ok']]);
    expect(takeSpans(rows, 'nothing')).toBe(false);
  });

  it('have bars by their times; the head is the time to the first token; what runs goes to the end', () => {
    const [done, open] = spans(raw(0, 'a', null, 'chat', 'm', 1, 2), raw(1, 'b', null, 'tool', 'f', 3, null, 'running')) as [SpanRow, SpanRow];
    expect(bar(done, 4)).toEqual({ left: 25, width: 50, head: 12.5 });
    expect(bar(open, 4)).toEqual({ left: 75, width: 25, head: 0 });
    expect(bar(open, 0)).toEqual({ left: 100, width: 0, head: 0 });
  });

  it('that fit a filter are shown with what they stand in', () => {
    const rows = asTree(spans(raw(0, 'r', null, 'run', 'main'), raw(1, 'a', 'r'), raw(2, 't', 'r', 'tool', 'f', 0, 1, 'error', 'ValueError: no')));
    const ids = (text: string, errors = false, model = '') => filterSpans(rows, { text, errors, model }).map(row => row.id);
    expect(ids('')).toEqual(['r', 'a', 't']);
    expect(ids('valueerror')).toEqual(['r', 't']);
    expect(ids('', true)).toEqual(['r', 't']);
    expect(ids('', false, 'small')).toEqual(['r', 'a']);
    expect(ids('nowhere')).toEqual([]);
  });
});

describe('runs', () => {
  it('are filtered by words, model and errors', () => {
    const rows = readRuns([run(), run({ run: 'r2', prompt: 'Draw', model: 'small, large', n_errors: 1 }), { nothing: 1 }, null]);
    const ids = (text: string, model = '', errors = false) => filterRuns(rows, { text, model, errors }).map(row => row.run);
    expect(ids('')).toEqual(['r1', 'r2']);
    expect(ids('ROWS which')).toEqual(['r1']);
    expect(ids('', 'large')).toEqual(['r2']);
    expect(ids('', '', true)).toEqual(['r2']);
  });
});

describe('the panel', () => {
  const shown = () => {
    const ask = vi.fn();
    const jumped = vi.fn();
    const view = new RunsTab({ ask }, cell => () => jumped(cell));
    document.body.append(view.el);
    const rows = (role: string) => [...view.el.querySelectorAll<HTMLElement>(`[role=${role}]`)];
    const key = (element: Element, name: string) => element.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
    return { ask, jumped, view, rows, key };
  };
  const THREE = [raw(0, 'r', null, 'run', 'main', 0, 4), raw(1, 'a', 'r', 'chat', 'small', 0, 1), raw(2, 't', 'r', 'tool', 'f', 1, 2)];
  afterEach(() => document.body.replaceChildren());

  it('asks for runs when it hears of a change, and not again before they came', () => {
    const { ask, view, rows } = shown();
    for (let i = 0; i < 5; i++) view.take({ t: 'changed' });
    expect(ask.mock.calls).toEqual([[{ t: 'runs' }]]);
    view.take({ t: 'runs', runs: [run()] });
    expect(ask).toHaveBeenCalledTimes(2);
    expect(rows('option').map(row => row.querySelector('.nba-run-prompt')!.textContent)).toEqual(['Which rows?']);
  });

  it('opens a run, moves by keys, shows a span and goes back', () => {
    const { ask, jumped, view, rows, key } = shown();
    view.take({ t: 'changed' });
    view.take({ t: 'runs', runs: [run()] });
    key(view.el.querySelector('[role=listbox]')!, 'Enter');
    expect(ask).toHaveBeenCalledWith({ t: 'run', run: 'r1', have: 0, still: [] });
    view.take({ t: 'run', run: 'r1', rows: THREE, now: 4 });
    expect(rows('treeitem').map(row => row.getAttribute('aria-level'))).toEqual(['1', '2', '2']);
    const tree = view.el.querySelector('[role=tree]')!;
    key(tree, 'ArrowDown');
    key(tree, 'ArrowDown');
    key(tree, 'ArrowDown');
    const active = document.getElementById(tree.getAttribute('aria-activedescendant')!)!;
    expect([active.dataset.key, active.getAttribute('aria-selected')]).toEqual(['t', 'true']);
    key(tree, 'Enter');
    expect(ask).toHaveBeenLastCalledWith({ t: 'span', span: 't' });
    view.take({ t: 'span', id: 't', span: { id: 't', kind: 'tool', name: 'f', status: 'ok', facts: [['Duration', '2 s']], sections: [{ title: 'Arguments', text: '{"x":1}', format: 'json' }], cell: 'c1', count: 3 } });
    const details = view.el.querySelector<HTMLElement>('.nba-details')!;
    expect(details.querySelector('pre')!.textContent).toBe('{\n  "x": 1\n}');
    details.querySelector<HTMLButtonElement>('.nba-jump')!.click();
    expect(jumped.mock.calls).toEqual([['c1']]);
    key(tree, 'Escape');
    expect(details.hidden).toBe(true);
    key(tree, 'Escape');
    expect(view.el.querySelector<HTMLElement>('[role=tree]')!.hidden).toBe(true);
    expect(document.activeElement).toBe(view.el.querySelector('[role=listbox]'));
  });

  it('asks only for what is new of a run that goes on', () => {
    const { ask, view, key } = shown();
    view.take({ t: 'changed' });
    view.take({ t: 'runs', runs: [run({ status: 'running' })] });
    key(view.el.querySelector('[role=listbox]')!, 'Enter');
    view.take({ t: 'runs', runs: [run({ status: 'running' })] });
    view.take({ t: 'run', run: 'r1', rows: [raw(0, 'r', null, 'run', 'main', 0, null, 'running'), raw(1, 'a', 'r')], now: 1 });
    view.take({ t: 'changed' });
    expect(ask).toHaveBeenLastCalledWith({ t: 'run', run: 'r1', have: 2, still: [0] });
  });

  it('keeps the page small with 10,000 spans, wherever it is scrolled to', () => {
    const { view, rows, key } = shown();
    view.take({ t: 'changed' });
    view.take({ t: 'runs', runs: [run()] });
    key(view.el.querySelector('[role=listbox]')!, 'Enter');
    view.take({ t: 'run', run: 'r1', rows: [raw(0, 'r', null, 'run', 'main', 0, 10_000), ...Array.from({ length: 9_999 }, (_, i) => raw(i + 1, `s${i}`, 'r', 'chat', 'small', i))], now: 10_000 });
    const tree = view.el.querySelector<HTMLElement>('[role=tree]')!;
    const seen = new Set<string>();
    for (const top of [0, 100_000, 239_000]) {
      tree.scrollTop = top;
      key(tree, 'ArrowDown');
      expect(rows('treeitem').length).toBeLessThan(60);
      rows('treeitem').forEach(row => seen.add(row.dataset.key!));
    }
    key(tree, 'End');
    expect(document.getElementById(tree.getAttribute('aria-activedescendant')!)!.dataset.key).toBe('s9998');
    expect(view.el.querySelectorAll('*').length).toBeLessThan(800);
  });

  it('shows texts of models as text', () => {
    const { view, key } = shown();
    const evil = '<img src=x onerror=alert(1)>';
    view.take({ t: 'changed' });
    view.take({ t: 'runs', runs: [run({ prompt: evil, agent: evil, model: evil })] });
    key(view.el.querySelector('[role=listbox]')!, 'Enter');
    view.take({ t: 'run', run: 'r1', rows: [raw(0, 'r', null, 'run', evil)], now: 1 });
    key(view.el.querySelector('[role=tree]')!, 'Enter');
    view.take({ t: 'span', id: 'r', span: { id: 'r', kind: 'run', name: evil, status: evil, facts: [[evil, evil]], sections: [{ group: evil, title: evil, text: evil, format: evil }], cell: null, count: null } });
    expect(view.el.querySelector('img')).toBeNull();
    expect(view.el.querySelector('.nba-details')!.textContent).toContain(evil);
  });
});
