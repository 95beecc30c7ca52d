import { afterEach, describe, expect, it, vi } from 'vitest';

import { sides, words } from '../src/panel/difference';
import { below } from '../src/panel/paths';
import { asTree, bar, filterSpans, readRuns, takeSpans, ticks, unfolded, type SpanRow } from '../src/panel/rows';
import { Tabs, type Tab } from '../src/panel/tabs';
import { cost, MARKS, runCost, tickWords, tokens } from '../src/panel/words';
import { Zoom } from '../src/panel/zoom';
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
    expect(bar(done, { from: 0, to: 4 }, 4)).toEqual({ left: 25, width: 50, head: 12.5 });
    expect(bar(open, { from: 0, to: 4 }, 4)).toEqual({ left: 75, width: 25, head: 0 });
    expect(bar(done, { from: 2, to: 4 }, 4)).toEqual({ left: 0, width: 50, head: 0 });
    expect(bar(done, { from: 1, to: 1.25 }, 4)).toEqual({ left: 0, width: 100, head: 100 });
    expect(bar(done, { from: 3.5, to: 4 }, 4)).toBeNull();
  });

  it('below a folded one are not shown, and come back', () => {
    const rows = asTree(spans(raw(0, 'r', null, 'run', 'main'), raw(1, 't', 'r', 'tool', 'f'), raw(2, 'inner', 't', 'run', 'other'), raw(3, 'x', 'inner'), raw(4, 'b', 'r')));
    const ids = (...folded: string[]) => unfolded(rows, new Set(folded)).map(row => row.id);
    expect(rows.map(row => row.children)).toEqual([2, 1, 1, 0, 0]);
    expect(ids()).toEqual(['r', 't', 'inner', 'x', 'b']);
    expect(ids('t')).toEqual(['r', 't', 'b']);
    expect(ids('t', 'inner')).toEqual(['r', 't', 'b']);
    expect(ids('inner')).toEqual(['r', 't', 'inner', 'b']);
    expect(ids('r')).toEqual(['r']);
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

describe('time', () => {
  it('has round marks, as many as have room', () => {
    expect(ticks({ from: 0, to: 4.2 }, 5)).toEqual({ at: [0, 1, 2, 3, 4], step: 1 });
    expect(ticks({ from: 0.31, to: 0.52 }, 4).at.map(at => tickWords(at, 0.1))).toEqual(['400 ms', '500 ms']);
    expect(ticks({ from: 0, to: 0 }, 4).at.length).toBeLessThan(8);
    expect([tickWords(0, 1), tickWords(1.5, 0.5), tickWords(90, 30), tickWords(600, 300)]).toEqual(['0', '1.5 s', '90 s', '10 min 0 s']);
  });

  it('is zoomed around a place, within the run, and panned to its ends', () => {
    const zoom = new Zoom();
    zoom.length = 10;
    zoom.by(2, 0.25);
    expect(zoom.seen).toEqual({ from: 1.25, to: 6.25 });
    zoom.pan(-1);
    expect(zoom.seen).toEqual({ from: 0, to: 5 });
    zoom.pan(9);
    expect(zoom.seen).toEqual({ from: 5, to: 10 });
    for (let i = 0; i < 100; i++) zoom.by(2);
    expect(zoom.factor).toBeCloseTo(1e5);
    for (let i = 0; i < 100; i++) zoom.by(0.5);
    expect([zoom.zoomed, zoom.seen]).toEqual([false, { from: 0, to: 10 }]);
  });
});

describe('what two texts differ in', () => {
  it('is marked by words, on two sides', () => {
    expect(words('Wear a warm coat.', 'Wear a coat!')).toEqual([
      [{ text: 'Wear a ', changed: false }, { text: 'warm ', changed: true }, { text: 'coat', changed: false }, { text: '.', changed: true }],
      [{ text: 'Wear a coat', changed: false }, { text: '!', changed: true }]
    ]);
    const rows = sides('--- a\n+++ b\n@@ -1,3 +1,2 @@\n same\n-old\n-gone\n+new\n@@ -9 +9 @@\n rest');
    expect(rows.map(row => [row.gap ?? false, row.same, row.a?.map(piece => piece.text).join('') ?? null, row.b?.map(piece => piece.text).join('') ?? null])).toEqual([
      [false, true, 'same', 'same'], [false, false, 'old', 'new'], [false, false, 'gone', null], [true, true, null, null], [false, true, 'rest', 'rest']
    ]);
  });
});

describe('a notebook', () => {
  it('is asked for below the folder that the server shows, however the two are written', () => {
    expect(below('/home/ann/work', '/home/ann/work/a/b.ipynb')).toBe('a/b.ipynb');
    expect(below('~/work', '/home/ann/work/b.ipynb')).toBe('b.ipynb');
    expect(below('~/work', '~/work/b.ipynb')).toBe('b.ipynb');
    expect(below('/home/ann/work', '~/work/b.ipynb')).toBe('b.ipynb');
    expect(below('/home/ann/work', 'b.ipynb')).toBe('b.ipynb');
    expect(below('/home/ann/work', '/tmp/b.ipynb')).toBeNull();
    expect(below('/home/ann/work', '/home/ann/workshop/b.ipynb')).toBeNull();
  });
});

describe('costs', () => {
  it('of this machine are no price', () => {
    expect([cost(0, true), cost(0, false), cost(null, false), cost(0.0123, false)]).toEqual(['local', '$0', 'cost unknown', '$0.012']);
  });

  it('and tokens that are unknown are not 0', () => {
    const [stopped] = readRuns([run({ status: 'cancelled', input: null, output: null, cost: null })]);
    expect([tokens(stopped!.input, stopped!.output), runCost(stopped!)]).toEqual(['', 'cost unknown']);
    const [nothing] = readRuns([run({ status: 'error', input: 0, output: 0, cost: 0 })]);
    expect(runCost(nothing!)).toBe('');
  });

  it('and a rejected call is marked as one', () => {
    expect(MARKS.rejected).toBe('rejected');
  });
});

describe('tabs', () => {
  const tab = (id: string) => ({ id, label: id, el: document.createElement('div'), take: vi.fn(), clear: vi.fn(), resume: vi.fn(), shown: vi.fn(), tick: vi.fn() }) satisfies Tab;

  it('go by arrows, one is seen, and only that one is told of time', () => {
    const [a, b] = [tab('a'), tab('b')];
    const tabs = new Tabs([a, b]);
    document.body.append(tabs.el);
    tabs.shown(true);
    const list = tabs.el.querySelector<HTMLElement>('[role=tablist]')!;
    list.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
    tabs.tick();
    expect([a.el.hidden, b.el.hidden, document.activeElement?.id, a.tick.mock.calls.length, b.tick.mock.calls.length]).toEqual([true, false, 'nba-tab-b', 0, 1]);
    expect([a.shown.mock.calls, b.shown.mock.calls]).toEqual([[[true], [false]], [[true]]]);
    tabs.take({ t: 'changed' });
    expect([a.take.mock.calls.length, b.take.mock.calls.length]).toEqual([1, 1]);
    document.body.replaceChildren();
  });

  it('are no list where there is one', () => {
    expect(new Tabs([tab('a')]).el.querySelector<HTMLElement>('[role=tablist]')!.hidden).toBe(true);
  });
});

describe('the panel', () => {
  const shown = (total?: number) => {
    const ask = vi.fn();
    const jumped = vi.fn(() => Promise.resolve(''));
    const view = new RunsTab({ ask, cells: () => ['c1'] }, from => ({ label: 'Go', go: () => jumped(...([from.cell] as unknown as [])) }));
    document.body.append(view.el);
    const rows = (role: string) => [...view.el.querySelectorAll<HTMLElement>(`[role=${role}]`)];
    const key = (element: Element, name: string, more = {}) => element.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...more }));
    const asked = (t: string) => ask.mock.calls.map(([message]) => message as Record<string, unknown>).filter(message => message.t === t);
    /** Answer the last question for runs, as a kernel would. */
    const runs = (...came: object[]) => view.take({ t: 'runs', of: asked('runs').at(-1), total: total ?? came.length, rows: came, now: Date.now() / 1000 });
    const list = view.el.querySelector<HTMLElement>('[role=listbox]')!;
    const tree = view.el.querySelector<HTMLElement>('[role=tree]')!;
    view.take({ t: 'changed' });
    return { ask, asked, jumped, view, rows, key, runs, list, tree };
  };
  const THREE = [raw(0, 'r', null, 'run', 'main', 0, 4), raw(1, 'a', 'r', 'chat', 'small', 0, 1), raw(2, 't', 'r', 'tool', 'f', 1, 2)];
  afterEach(() => document.body.replaceChildren());

  it('asks for runs when it hears of a change, and not again before they came', () => {
    const { asked, view, rows, runs } = shown();
    for (let i = 0; i < 5; i++) view.take({ t: 'changed' });
    expect(asked('runs')).toEqual([{ t: 'runs', scope: 'notebook', filter: { text: '', model: '', errors: false }, cells: ['c1'], from: 0, count: 60 }]);
    runs(run());
    expect(asked('runs')).toHaveLength(2);
    expect(rows('option').map(row => row.querySelector('.nba-run-prompt')?.textContent)).toContain('Which rows?');
  });

  it('asks for another page of runs where it is scrolled to, and shows what it has of tens of thousands', async () => {
    const { asked, rows, runs, list, view } = shown(50_000);
    runs(...Array.from({ length: 60 }, (_, i) => run({ run: `r${i}` })));
    list.scrollTop = 54 * 40_000;
    list.dispatchEvent(new Event('scroll'));
    await new Promise(resolve => setTimeout(resolve, 50));
    const from = asked('runs').at(-1)!.from as number;
    expect(from).toBeGreaterThan(39_900);
    runs(...Array.from({ length: 60 }, (_, i) => run({ run: `r${from + i}`, prompt: `Prompt ${from + i}` })));
    expect(view.el.textContent).toContain('Prompt 40000');
    expect(rows('option').length).toBeLessThan(100);
  });

  it('takes no runs of another scope than is chosen, and asks by what is filtered', async () => {
    const { asked, rows, runs, view, ask, key } = shown();
    const before = asked('runs').at(-1);
    const [, , machine] = rows('radio');
    machine!.click();
    expect(asked('runs').at(-1)).toMatchObject({ scope: 'machine' });
    view.take({ t: 'runs', of: before, total: 1, rows: [run()], now: 0 });
    expect(view.el.querySelector('.nba-run')).toBeNull();
    runs();
    expect(view.el.querySelector('.nba-panel-note')!.textContent).toBe('No runs on this machine yet. They show here as %%agent cells run.');
    ask.mockClear();
    const search = view.el.querySelector<HTMLInputElement>('.nba-search')!;
    search.value = ' coat ';
    search.dispatchEvent(new Event('input'));
    await new Promise(resolve => setTimeout(resolve, 300));
    expect(asked('runs')).toMatchObject([{ scope: 'machine', filter: { text: 'coat', model: '', errors: false } }]);
    runs(run(), run({ run: 'r2' }));
    expect(view.el.querySelector('.nba-found')!.textContent).toBe('2 runs');
    key(search, 'Escape');
    await new Promise(resolve => setTimeout(resolve, 300));
    expect([search.value, asked('runs').at(-1)]).toMatchObject(['', { filter: { text: '' } }]);
    view.take({ t: 'failed', of: asked('runs').at(-1), why: 'No runs are kept on this machine.' });
    expect(view.el.querySelector('.nba-panel-note')!.textContent).toBe('No runs are kept on this machine.');
  });

  it('opens a run, moves by keys, folds, shows a span and goes back', () => {
    const { ask, jumped, view, rows, key, runs, list, tree } = shown();
    runs(run());
    key(list, 'Enter');
    expect(ask).toHaveBeenCalledWith({ t: 'run', run: 'r1', have: 0, still: [] });
    view.take({ t: 'run', run: 'r1', rows: THREE, now: 4 });
    expect(rows('treeitem').map(row => [row.getAttribute('aria-level'), row.getAttribute('aria-expanded')])).toEqual([['1', 'true'], ['2', null], ['2', null]]);
    key(tree, 'ArrowLeft');
    expect(rows('treeitem').map(row => row.getAttribute('aria-expanded'))).toEqual(['false']);
    key(tree, 'ArrowRight');
    for (let i = 0; i < 3; i++) key(tree, 'ArrowDown');
    const active = document.getElementById(tree.getAttribute('aria-activedescendant')!)!;
    expect([active.dataset.key, active.getAttribute('aria-selected')]).toEqual(['t', 'true']);
    key(tree, 'Enter');
    expect(ask).toHaveBeenLastCalledWith({ t: 'span', span: 't' });
    view.take({ t: 'span', id: 't', span: { id: 't', kind: 'tool', name: 'f', status: 'ok', facts: [['Duration', '2 s']], sections: [{ title: 'Arguments', text: '{"x":1}', format: 'json' }] } });
    const details = view.el.querySelector<HTMLElement>('.nba-details')!;
    expect(details.querySelector('.nba-json')!.textContent).toBe('x1');
    view.el.querySelector<HTMLButtonElement>('.nba-jump')!.click();
    expect(jumped.mock.calls).toEqual([['c1']]);
    key(tree, 'Escape');
    expect(details.hidden).toBe(true);
    key(tree, 'Escape');
    expect(view.el.querySelector<HTMLElement>('.nba-open-run')!.hidden).toBe(true);
    expect(document.activeElement).toBe(list);
  });

  it('zooms and pans by keys', () => {
    const { view, key, runs, list, tree } = shown();
    runs(run());
    key(list, 'Enter');
    view.take({ t: 'run', run: 'r1', rows: THREE, now: 4 });
    const wide = () => view.el.querySelector<HTMLElement>('[data-key=t] .nba-span-bar')!.style.width;
    expect(wide()).toBe('50%');
    key(tree, '+');
    expect(wide()).toBe('80%');
    key(tree, 'ArrowRight', { shiftKey: true });
    expect(wide()).toBe('70%');
    key(tree, '0');
    expect(wide()).toBe('50%');
  });

  it('shows messages with their roles, folds long ones, and an error with its frames', () => {
    const { view, key, runs, list, tree } = shown();
    runs(run());
    key(list, 'Enter');
    view.take({ t: 'run', run: 'r1', rows: THREE, now: 4 });
    key(tree, 'Enter');
    const sections = [{ group: 'Sent', role: 'user', title: 'user', text: 'word '.repeat(900), format: 'text' }, { group: 'Sent', role: 'assistant', title: 'assistant', text: 'Short.', format: 'text' }];
    const traceback = 'Traceback (most recent call last):\n  File "/tmp/a.py", line 3, in outer\n    inner()\n  File "/tmp/b.py", line 9, in inner\n    raise ValueError("no")\n    ^^^^^\nValueError: no\n';
    view.take({ t: 'span', id: 'r', span: { id: 'r', kind: 'chat', name: 'm', status: 'error', facts: [], tokens: { input: 1200, cached: 1000, written: 0, output: 30, reasoning: 20 }, cost: { total: 0, source: 'local' }, error: { type: 'ValueError', message: 'no', traceback }, sections } });
    const details = view.el.querySelector<HTMLElement>('.nba-details')!;
    expect(details.textContent).toContain('1,200 in · 1,000 from the cache · 30 out · 20 reasoning');
    expect(details.textContent).toContain('Costlocal');
    expect([...details.querySelectorAll('.nba-frames li')].map(frame => frame.textContent)).toEqual(['a.py:3 in outerinner()', 'b.py:9 in innerraise ValueError("no")']);
    const more = details.querySelector<HTMLButtonElement>('.nba-more')!;
    expect([more.textContent, details.querySelectorAll('.nba-more').length]).toEqual(['Show all (4,500 characters)', 1]);
    more.click();
    expect([more.textContent, more.getAttribute('aria-expanded')]).toEqual(['Show less', 'true']);
    const raws = details.querySelector<HTMLDetailsElement>('.nba-raw')!;
    view.take({ t: 'raw', id: 'r', bodies: ['{"model":"m"}', null], rebuilt: true });
    expect(raws.textContent).toContain('made again of what is kept');
    expect(raws.querySelector('pre')!.textContent).toBe('{\n  "model": "m"\n}');
  });

  it('draws only what is a value whole as one; text that begins like it stays as it is', () => {
    const log = '[2026-11-21 10:00] INFO started\n  two';
    const noted = '[The user changed the arguments to {"n": 1}]\n3 rows';
    const { view, key, runs, list, tree } = shown();
    runs(run());
    key(list, 'Enter');
    view.take({ t: 'run', run: 'r1', rows: THREE, now: 4 });
    key(tree, 'Enter');
    const sections = [log, noted, '{not json} but text', '{"n": 1}'].map(text => ({ title: 'Result', text, format: 'json' }));
    view.take({ t: 'span', id: 'r', span: { id: 'r', kind: 'tool', name: 'f', status: 'ok', facts: [], sections } });
    const details = view.el.querySelector<HTMLElement>('.nba-details')!;
    expect([...details.querySelectorAll('.nba-said pre')].map(each => each.textContent)).toEqual([log, noted, '{not json} but text']);
    expect(details.querySelectorAll('.nba-json')).toHaveLength(1);
  });

  it('compares two runs that were marked, whose differences it shows', () => {
    const { ask, view, key, runs, list } = shown();
    runs(run(), run({ run: 'r2', prompt: 'Another' }), run({ run: 'r3' }));
    key(list, 'm');
    key(list, 'ArrowDown');
    key(list, 'm');
    view.el.querySelector<HTMLButtonElement>('.nba-compare')!.click();
    expect(ask).toHaveBeenLastCalledWith({ t: 'compare', a: 'r1', b: 'r2' });
    view.take({
      t: 'compare', a: 'r1', b: 'r2', local: [true, false], what: [['model', 'x', 'y', true], ['prompt', 'p', 'q', true], ['tools', 'f', 'f', false]],
      sums: [['Duration', '1 s', '2 s', '+1 s', '+100 %'], ['Cost', '$0', '$0.01', '+$0.01', ''], ['Errors', '0', '0', '0', '']], steps: [['m', 'chat', [1, 10, 5, 0], [2, 10, 9, 0.01]], ['f', 'tool', [1, null, null, null], null]],
      diffs: [['prompt', '--- a\n+++ b\n@@ -1 +1 @@\n-Which rows?\n+Which columns?']]
    });
    const found = view.el.querySelector<HTMLElement>('.nba-comparison')!;
    const lines = [...found.querySelectorAll('tbody tr')].map(row => [...row.children].map(cell => cell.textContent));
    expect(lines).toEqual([
      ['Duration', '1 s', '2 s', '+1 s (+100 %)'], ['Cost', 'local', '$0.01', '+$0.01'], ['model', 'x', 'y'],
      ['m', '1.0 s · 10 → 5 · local', '2.0 s · 10 → 9 · $0.010', '+1.0 s · +4 tokens'], ['⚙ f', '1.0 s', '–', 'only A']
    ]);
    expect([found.querySelector('del')!.textContent, found.querySelector('ins')!.textContent]).toEqual(['rows', 'columns']);
    expect(found.textContent).toContain('The same: tools.');
  });

  it('asks only for what is new of a run that goes on', () => {
    const { asked, view, key, runs, list } = shown();
    runs(run({ status: 'running', duration: null }));
    key(list, 'Enter');
    view.take({ t: 'run', run: 'r1', rows: [raw(0, 'r', null, 'run', 'main', 0, null, 'running'), raw(1, 'a', 'r')], now: 1 });
    view.take({ t: 'changed' });
    expect(asked('run').at(-1)).toEqual({ t: 'run', run: 'r1', have: 2, still: [0] });
  });

  it('keeps the page small with 10,000 spans, wherever it is scrolled to', () => {
    const { view, rows, key, runs, list, tree } = shown();
    runs(run());
    key(list, 'Enter');
    view.take({ t: 'run', run: 'r1', rows: [raw(0, 'r', null, 'run', 'main', 0, 10_000), ...Array.from({ length: 9_999 }, (_, i) => raw(i + 1, `s${i}`, 'r', 'chat', 'small', i))], now: 10_000 });
    for (const top of [0, 100_000, 239_000]) {
      tree.scrollTop = top;
      key(tree, 'ArrowDown');
      expect(rows('treeitem').length).toBeLessThan(60);
    }
    key(tree, 'End');
    expect(document.getElementById(tree.getAttribute('aria-activedescendant')!)!.dataset.key).toBe('s9998');
    expect(view.el.querySelectorAll('*').length).toBeLessThan(900);
  });

  it('shows texts of models as text', () => {
    const { view, key, runs, list, tree } = shown();
    const evil = '<img src=x onerror=alert(1)>';
    runs(run({ prompt: evil, agent: evil, model: evil }));
    key(list, 'm');
    key(list, 'Enter');
    view.take({ t: 'run', run: 'r1', rows: [raw(0, 'r', null, 'run', evil)], now: 1 });
    key(tree, 'Enter');
    view.take({ t: 'span', id: 'r', span: { id: 'r', kind: 'run', name: evil, status: evil, facts: [[evil, evil]], error: { type: evil, message: evil, traceback: '' }, sections: [{ group: evil, title: evil, text: evil, format: evil }, { title: evil, text: JSON.stringify([{ a: evil }]), format: 'json' }] } });
    expect(view.el.querySelector('img')).toBeNull();
    expect(view.el.querySelector('.nba-details')!.textContent).toContain(evil);
  });
});
