import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { ASKED, OFFERED } from '../src/core/actions';
import { answerOf, asCells, continuing } from '../src/core/answer';
import { Run } from '../src/core/run';
import { emptyRun, type Item, type RunState } from '../src/core/state';
import { RunView } from '../src/core/view';

const state = (items: Item[], fields: Partial<RunState> = {}): RunState => ({ ...emptyRun(), run_id: 'r1', outcome: 'completed', items, ...fields });

describe('an answer', () => {
  it('is its texts with their sources and its value, and nothing else', () => {
    const said: Item[] = [
      { k: 'reasoning', text: 'hm' },
      { k: 'text', text: 'It rains. ', citations: [{ title: 'Weather', url: 'https://w.example' }, { title: 'Weather', url: 'https://w.example' }] },
      { k: 'text', text: 'hidden', folded: true },
      { k: 'output', type: 'City', json: '{"a":1}' },
      { k: 'notice', level: 'info', text: 'a note' }
    ];
    expect(answerOf(state(said))).toBe('It rains.\n\n1. Weather https://w.example\n\n```json\n{\n  "a": 1\n}\n```');
  });
});

describe('an answer as cells', () => {
  it('has its code as code, its text as Markdown, in order', () => {
    expect(asCells('# A\n\ntext\n\n```python\nx = 1\n\ny = 2\n```\n\nmore')).toEqual([
      { cell_type: 'markdown', source: '# A\n\ntext' },
      { cell_type: 'code', source: 'x = 1\n\ny = 2' },
      { cell_type: 'markdown', source: 'more' }
    ]);
  });

  it.each([
    ['```\nx\n```', 'code', 'x'],
    ['~~~py\nx\n```\n~~~', 'code', 'x\n```'],
    ['````python\n```\nx\n```\n````', 'code', '```\nx\n```'],
    ['```python\nfor i in y:\n    pass', 'code', 'for i in y:\n    pass'],
    ['```{python}\nx\n```', 'code', 'x'],
    ['```bash\nls\n```', 'code', '%%bash\nls'],
    ['```python\n    x = 1\n```', 'code', '    x = 1'],
    ['```json\n{}\n```', 'markdown', '```json\n{}\n```'],
    ['- one\n\n    ```python\n    x\n    ```', 'markdown', '- one\n\n    ```python\n    x\n    ```']
  ])('%j is a cell of %s', (markdown, cell_type, source) => {
    expect(asCells(markdown)).toEqual([{ cell_type, source }]);
  });

  it('loses nothing of a text without code, and of nothing makes nothing', () => {
    expect(asCells('a\n\nb')).toEqual([{ cell_type: 'markdown', source: 'a\n\nb' }]);
    expect(asCells('\n \n')).toEqual([]);
  });
});

describe('the line that goes on', () => {
  it.each([
    ['%%agent\nHi', '%%agent'],
    ['%%agent analyst -m openai:gpt -T get_* --new -o answer\nHi', '%%agent analyst -m openai:gpt -T get_*'],
    ['%%agent answer << analyst\nHi', '%%agent analyst'],
    ['%%agent -s "Be brief. --new" --file a.png -p temperature 0\nHi', '%%agent -s "Be brief. --new" -p temperature 0'],
    ['%%agent -s {{ my system }} --model=x --out=y\nHi', '%%agent -s {{ my system }} --model=x'],
    ['%agent -m slow What is it?', '%%agent -m slow'],
    ['x = 1\nr = %agent --session b tell me', '%%agent --session b'],
    ['%agent -- -v is what?', '%%agent'],
    ['%agent --raw --resume 1234 --decide a yes', null],
    ['session.run("Hi")', null],
    ['%%agents\nHi', null],
    ['%agent-x', null]
  ])('of %j is %j', (source, line) => {
    expect(continuing(source)).toBe(line);
  });
});

describe('the buttons under an answer', () => {
  const label = (el: Element) => [...el.querySelectorAll<HTMLButtonElement>('.nba-action')].filter(button => !button.hidden && !button.parentElement!.hidden).map(button => button.getAttribute('aria-label'));
  const offers = (...actions: string[]) => document.addEventListener(OFFERED, event => actions.forEach(action => (event as CustomEvent<Set<string>>).detail.add(action)), { signal: over.signal });
  let over = new AbortController();
  const shown = (made: RunState) => {
    const view = new RunView(new Run(made));
    document.body.append(view.el);
    view.placed();
    return view.el;
  };

  beforeEach(() => {
    over = new AbortController();
    delete (globalThis as Record<symbol, unknown>)[Symbol.for('nbagent.memory')];
  });
  afterEach(() => {
    over.abort();
    document.body.replaceChildren();
    vi.unstubAllGlobals();
  });

  it('are those that somebody on the page can do', () => {
    expect(label(shown(state([{ k: 'text', text: 'Hi' }])))).toEqual(['Read aloud']);
    offers('retry', 'insert', 'continue');
    expect(label(shown(state([{ k: 'text', text: 'Hi' }])))).toEqual(['Read aloud', 'Retry', 'Insert as cells', 'Continue']);
    expect(label(shown(state([], { outcome: 'failed' })))).toEqual(['Retry', 'Continue']);
    expect(label(shown(state([{ k: 'text', text: 'Hi' }], { outcome: 'paused' })))).toEqual(['Read aloud', 'Retry', 'Insert as cells']);
    expect(label(shown(state([{ k: 'text', text: 'Hi' }], { outcome: 'running' })))).toEqual([]);
  });

  it('say what was pressed, and the answer with it', () => {
    offers('insert');
    const heard = vi.fn();
    document.addEventListener(ASKED, event => heard((event as CustomEvent).detail), { signal: over.signal });
    const el = shown(state([{ k: 'text', text: 'Hi' }]));
    [...el.querySelectorAll<HTMLButtonElement>('.nba-action')].find(button => button.textContent === 'Insert as cells')!.click();
    expect(heard.mock.calls).toEqual([[{ action: 'insert', text: 'Hi' }]]);
  });

  it('copy the answer', () => {
    const writeText = vi.fn(() => Promise.resolve());
    vi.stubGlobal('navigator', { clipboard: { writeText } });
    const el = shown(state([{ k: 'text', text: '**Hi**' }]));
    expect(label(el)).toEqual(['Copy', 'Read aloud']);
    el.querySelector<HTMLButtonElement>('.nba-action')!.click();
    expect(writeText.mock.calls).toEqual([['**Hi**']]);
  });
});
