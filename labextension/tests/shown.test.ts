import { beforeEach, describe, expect, it } from 'vitest';

import { file } from '../src/core/files';
import { Run } from '../src/core/run';
import { drawMarks, marked, numbered } from '../src/core/sources';
import { emptyRun, type Citation, type FileItem, type Item, type RunState, type TextItem } from '../src/core/state';
import { line, tree } from '../src/core/tree';
import { Value } from '../src/core/value';
import { RunView } from '../src/core/view';

const view = (items: Item[], fields: Partial<RunState> = {}) => new RunView(new Run({ ...emptyRun(), run_id: 'r1', outcome: 'completed', items, ...fields })).el;
const value = (json: string) => {
  const drawn = new Value();
  drawn.draw(json);
  return drawn.el;
};
const cells = (el: Element) => [...el.querySelectorAll('tr')].map(row => [...row.children].map(cell => cell.textContent));

beforeEach(() => {
  delete (globalThis as Record<symbol, unknown>)[Symbol.for('nbagent.memory')];
});

const DOCUMENT = '{"a": [1, 2.50, {"b": "x\\n\\u00e9\\"y"}], "c": {"d": null, "e": true}, "f": "", "g": [], "h": {}}';

describe('the beginning of a document', () => {
  it.each([...Array(DOCUMENT.length + 1).keys()])('of %i characters is read as far as it goes', length => {
    const el = new Value();
    el.draw(DOCUMENT.slice(0, length));
    expect(el.el.textContent).not.toContain('{');
  });

  it('grows into the whole', () => {
    const el = new Value();
    for (let length = 0; length <= DOCUMENT.length; length++) el.draw(DOCUMENT.slice(0, length));
    expect(el.el.outerHTML).toBe(value(DOCUMENT).outerHTML);
  });

  it('keeps numbers as they were written', () => {
    expect(line(tree('[12345678901234567890, 1.50, -0]')!)).toBe('12345678901234567890, 1.50, -0');
  });

  it.each(['', '   ', '}', ']', '{"', '{"a"', '{"a":', '[[[[', '{,,}', '{"a" 1}', '{a: 1}', ']{[', '"', '\u0000', '```json\n{"a": 1}\n```', '['.repeat(5000), '{"a":'.repeat(5000)])('that is broken breaks nothing: %#', text => {
    expect(() => value(text)).not.toThrow();
  });
});

describe('a value', () => {
  it('that is a list of flat objects is a table, with the columns of all of them', () => {
    const el = value('[{"city": "Oslo", "mm": 3}, {"city": "Bergen", "tags": ["wet", "west"]}]');
    expect(cells(el)).toEqual([['city', 'mm', 'tags'], ['Oslo', '3', ''], ['Bergen', '', 'wet, west']]);
    expect([...el.querySelectorAll('.nba-right')].map(cell => cell.textContent)).toEqual(['mm', '3']);
  });

  it('that is anything else is a tree', () => {
    const el = value('{"title": "A trip", "stops": [{"city": "Oslo"}], "hotel": {"name": "Pier"}}');
    expect([...el.querySelectorAll(':scope > .nba-field > .nba-key')].map(key => key.textContent)).toEqual(['title', 'stops', 'hotel']);
    expect(cells(el)).toEqual([['city'], ['Oslo']]);
  });

  it('is never markup', () => {
    expect(value('[{"<img src=x>": "<script>1</script>"}]').querySelector('img, script')).toBeNull();
  });

  it('of thousands of rows is drawn in part and counted', () => {
    const el = value(JSON.stringify(Array.from({ length: 5000 }, (_, i) => ({ i }))));
    expect(el.querySelectorAll('tbody tr')).toHaveLength(200);
    expect(el.textContent).toContain('4,800 more rows');
  });

  it('fills in while its text arrives, unwrapped, and the text itself is not shown', () => {
    const el = view([{ k: 'text', text: '{"result": [{"name": "Oslo"}, {"name": "Ber' }], { outcome: 'running', output: 'list[City]' });
    expect(cells(el)).toEqual([['name'], ['Oslo'], ['Ber']]);
    expect(el.querySelector('.nba-output-head')!.textContent).toBe('list[City]');
    expect(el.querySelector('.nba-text')!.textContent).toBe('');
  });

  it('is not guessed where no type was asked for', () => {
    expect(view([{ k: 'text', text: '{"a": 1}' }]).querySelector('.nba-json')).toBeNull();
  });

  it('that arrives by the final tool has the name of its type', () => {
    const card: Item = { k: 'tool', id: 'f', name: 'final_result', arguments: '{"result": [{"name": "Os', status: 'arriving', batch: 'b' };
    const el = view([card], { outcome: 'running', output: 'list[City]' });
    expect(el.querySelector('.nba-name')!.textContent).toBe('list[City]');
    expect(cells(el)).toEqual([['name'], ['Os']]);
  });

  it('says that its JSON was mended', () => {
    const flag = (repaired?: boolean) => view([{ k: 'output', type: 'City', json: '{}', repaired }]).querySelector<HTMLElement>('.nba-flag')!.hidden;
    expect([flag(true), flag()]).toEqual([false, true]);
  });
});

describe('sources', () => {
  const cited: Citation[] = [{ url: 'https://a.example/x', title: 'A', end: 8 }, { url: 'https://b.example', end: 8 }, { url: 'https://a.example/x', end: 17 }, { title: 'A book', text: 'p. 3' }];
  const item: TextItem = { k: 'text', text: 'It rains in Oslo.', citations: cited };

  it('are numbered once each, and stand behind what they are for', () => {
    const el = view([item]);
    expect([...el.querySelectorAll('.nba-sources > li')].map(entry => entry.textContent)).toEqual(['Aa.example', 'b.example', 'A bookp. 3']);
    expect(el.querySelector('.nba-text')!.textContent).toBe('It rains12 in Oslo.1');
    expect([...el.querySelectorAll('.nba-cite a')].map(a => a.getAttribute('href'))).toEqual(['https://a.example/x', 'https://b.example/', 'https://a.example/x']);
  });

  it('link to the web only', () => {
    const el = view([{ ...item, citations: [{ url: 'javascript:alert(1)', title: 'x', end: 3 }, { url: 'data:text/html,x', end: 3 }, { url: 'file:///etc/passwd' }] }]);
    expect(el.querySelectorAll('a')).toHaveLength(0);
    for (const a of view([item]).querySelectorAll('a')) expect([a.target, a.rel]).toEqual(['_blank', 'noopener noreferrer nofollow']);
  });

  it('count characters as the kernel does, and break no link, address or code', () => {
    const text = '🌧🌧 [a](https://x.example/y) `co de` z';
    const all = Array.from({ length: Array.from(text).length }, (_, i): Citation => ({ url: 'https://s.example', end: i + 1 }));
    const root = document.createElement('div');
    const sources = numbered(all);
    root.append(marked(text, all.slice(1, 2), sources));
    drawMarks(root, sources);
    expect(root.textContent).toBe('🌧🌧1 [a](https://x.example/y) `co de` z');
    const el = view([{ k: 'text', text, citations: all }]);
    expect(el.querySelector('.nba-text a:not(sup a)')!.getAttribute('href')).toBe('https://x.example/y');
    expect(el.querySelector('.nba-text code')!.textContent).toBe('co de');
  });

  it('leave a text alone that has such characters itself', () => {
    expect(marked('icon \ue001', cited, numbered(cited))).toBe('icon \ue001');
  });
});

describe('a file', () => {
  const PNG: FileItem = { k: 'file', media_type: 'image/png', data: 'eA==', name: 'plot.png' };

  it('that is a picture here is drawn, and can be saved', () => {
    const el = file(PNG);
    expect(el.querySelector('img')!.src).toBe('data:image/png;base64,eA==');
    expect(el.querySelector('a')!.download).toBe('plot.png');
  });

  it('on the web is loaded only when it is asked for', () => {
    const el = file({ k: 'file', media_type: 'image/png', url: 'https://img.example/a.png' });
    expect(el.querySelector('img')).toBeNull();
    el.querySelector('button')!.click();
    expect([el.querySelector('img')!.src, el.querySelector('img')!.referrerPolicy]).toEqual(['https://img.example/a.png', 'no-referrer']);
  });

  it.each(['image/svg+xml', 'text/html', 'image/png" onload="x', ''])('of the type %s is never drawn', media_type => {
    const el = file({ ...PNG, media_type });
    expect(el.querySelector('img, svg, iframe, object, embed')).toBeNull();
    expect(el.querySelector('a')!.href.startsWith('data:application/octet-stream;')).toBe(true);
  });

  it.each(['javascript:alert(1)', 'data:image/png;base64,eA==', 'file:///x', '//evil.example'])('at %s has no link', url => {
    expect(file({ k: 'file', media_type: 'image/png', url }).querySelector('a, img, button')).toBeNull();
  });

  it('whose data is none of base64 is words', () => {
    expect(file({ ...PNG, data: '"><script>' }).querySelector('img, script')).toBeNull();
  });

  it('that is a sound can be played, and one too large is named', () => {
    expect(file({ k: 'file', media_type: 'audio/wav', data: 'eA==' }).querySelector('audio')!.controls).toBe(true);
    expect(file({ k: 'file', media_type: 'image/png', size: 2_500_000 }).textContent).toContain('image/png, 2.5 MB: too large');
  });
});

describe("a tool's card", () => {
  const card = { k: 'tool', id: 'c', name: 'load', arguments: '{}', status: 'ok', batch: 'b' } as const;

  it('shows a table, and folds away what the model was given', () => {
    const el = view([{ ...card, result: 'city,mm', table: { columns: ['city', 'mm'], rows: [['Oslo', 3], [null, 4]], shape: [300, 2] } }]);
    expect(cells(el)).toEqual([['city', 'mm'], ['Oslo', '3'], ['', '4']]);
    expect(el.textContent).toContain('300 rows × 2 columns, the first 2 shown');
    expect(el.querySelector('.nba-inner .nba-result')!.closest('details')!.open).toBe(false);
  });

  it('shows pictures and how far it is', () => {
    expect(view([{ ...card, result: 'A figure.', images: [{ media_type: 'image/png', data: 'eA==' }, { media_type: 'image/svg+xml', data: 'eA==' }] }]).querySelectorAll('img')).toHaveLength(1);
    const bar = view([{ ...card, status: 'running', fraction: 0.5 }], { outcome: 'running' }).querySelector<HTMLElement>('.nba-bar')!;
    expect([bar.hidden, bar.getAttribute('aria-valuenow')]).toEqual([false, '50']);
  });

  it('of the provider says so, asks nothing, and folds when it is done', () => {
    const el = view([{ k: 'server_tool', id: 's', name: 'web_search', arguments: '{"query": "x"}', status: 'ok', batch: 'b', result: 'found' }]);
    expect(el.querySelector('.nba-card')!.textContent).toContain('ran at the provider');
    expect(el.querySelector<HTMLDetailsElement>('.nba-card')!.open).toBe(false);
    expect(el.querySelector('.nba-card button')).toBeNull();
  });

  it('says that its arguments were mended', () => {
    expect(view([{ ...card, repaired: true, result: '' }]).querySelector('.nba-status')!.textContent).toContain('JSON mended');
  });
});

describe('the line under a run', () => {
  it('says what was replayed, and how long a person was waited for', () => {
    const text = view([], { replayed: 'weather.jsonl', duration: 12, waited: 8, model: 'm' }).querySelector('footer')!.textContent;
    expect(text).toContain('replayed');
    expect(text).toContain('8.0 s waiting for you');
  });
});
