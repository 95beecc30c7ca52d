// @vitest-environment jsdom
import { afterEach, describe, expect, it, vi } from 'vitest';

import { freeName, readMessages, readSessions } from '../src/panel/session-rows';
import { SessionsTab } from '../src/panel/sessions';
import { readTool, readTools } from '../src/panel/tool-rows';
import { ToolsTab } from '../src/panel/tools';

const tool = (fields = {}) => ({ name: 'delete_rows', brief: 'Delete rows.', asks: 'asks', mode: 'default', on: true, enabled: true, place: 'cell [2]', cell: 'c2', granted: [], offered: true, ...fields });
const session = (fields = {}) => ({ name: 'main', agent: 'main', model: 'small', messages: 2, pending: [], input: 10, output: 5, cost: 0.01, local: false, busy: false, granted: [], ...fields });
const message = (at: number, role: string, text: string) => ({ at, role, model: null, input: null, output: null, parts: [{ title: role, text, format: 'text' }] });
const press = (el: HTMLElement, label: string) => [...el.querySelectorAll('button')].find(each => each.textContent === label || each.getAttribute('aria-label') === label)!.click();
const pressKey = (el: Element, key: string) => el.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
const type = (field: HTMLInputElement, text: string) => {
  field.value = text;
  field.dispatchEvent(new Event('input'));
};
afterEach(() => document.body.replaceChildren());

describe('the tab of tools', () => {
  const open = () => {
    const ask = vi.fn();
    const jump = vi.fn();
    const tab = new ToolsTab({ ask }, cell => (cell === 'c2' ? jump : null));
    document.body.append(tab.el);
    tab.shown(true);
    return { tab, ask, jump, find: <E extends HTMLElement>(selector: string) => tab.el.querySelector<E>(selector)! };
  };

  it('asks when it is looked at and when something changed, and only then', () => {
    const { tab, ask } = open();
    expect(ask.mock.calls).toEqual([[{ t: 'tools' }]]);
    tab.take({ t: 'tools', tools: [] });
    expect(tab.el.textContent).toContain('No tools in this notebook yet.');
    tab.take({ t: 'tools-changed' });
    tab.shown(false);
    tab.take({ t: 'tools-changed' });
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('says what is set, and keeps the card that is open when its tool is another', () => {
    const { tab, ask, find } = open();
    tab.take({ t: 'tools', tools: [tool(), tool({ name: 'look' })] });
    const card = find('[aria-label=delete_rows]');
    press(card, 'delete_rows');
    expect(ask).toHaveBeenLastCalledWith({ t: 'tool', name: 'delete_rows' });
    tab.take({ t: 'tool', name: 'delete_rows', tool: { description: 'All of it.', code: 'def f(): pass', parameters: { properties: { n: { type: 'integer', default: 3 } } }, facts: [['Runs', 'async']] } });
    expect(card.textContent).toContain('whole number, default 3');
    tab.take({ t: 'tools', tools: [tool({ mode: 'always', on: false, granted: ['main'] })] });
    expect(find('[aria-label=delete_rows]')).toBe(card);
    expect(tab.el.querySelectorAll('article')).toHaveLength(1);
    expect([card.querySelector('select')!.value, card.querySelector('input')!.checked, card.dataset.on]).toEqual(['always', false, 'false']);
    card.querySelector('input')!.click();
    press(card, 'Ask again for delete_rows in main');
    expect(ask.mock.calls.slice(-2)).toEqual([[{ t: 'say-of-tool', name: 'delete_rows', verb: 'on' }], [{ t: 'ask-in-session', name: 'delete_rows', session: 'main' }]]);
  });

  it('goes to the cell, and says what the kernel did not take', () => {
    const { tab, jump } = open();
    tab.take({ t: 'tools', tools: [tool()] });
    press(tab.el, 'delete_rows');
    tab.take({ t: 'tool', name: 'delete_rows', tool: { description: '', code: '', parameters: {}, facts: [] } });
    press(tab.el, 'Go to cell [2]');
    expect(jump).toHaveBeenCalledOnce();
    tab.take({ t: 'tool-error', name: 'x', text: 'There is no tool.' });
    expect(tab.el.querySelector('.nba-said-of')!.textContent).toBe('There is no tool.');
  });

  it('are found by words of what they are and where they are written; Escape shows all again', () => {
    const { tab, find } = open();
    tab.take({ t: 'tools', tools: [tool(), tool({ name: 'look', brief: 'Looks around.', place: 'tools.py' })] });
    const search = find<HTMLInputElement>('.nba-search');
    const seen = () => [...tab.el.querySelectorAll<HTMLElement>('article')].filter(card => !card.hidden).map(card => card.getAttribute('aria-label'));
    expect([search.getAttribute('aria-label'), find('.nba-found').textContent, seen().length]).toEqual(['Filter tools by text', '', 2]);
    type(search, ' ROUND looks ');
    expect([seen(), find('.nba-found').textContent]).toEqual([['look'], '1 of 2 tools']);
    type(search, 'cell [2]');
    expect(seen()).toEqual(['delete_rows']);
    tab.take({ t: 'tools', tools: [tool({ place: 'cell [4]' }), tool({ name: 'look' })] });
    expect(seen()).toEqual(['look']);
    type(search, 'nowhere');
    expect([seen(), find('.nba-panel-note').textContent, find('.nba-found').textContent]).toEqual([[], 'No tool fits the filter.', '']);
    expect([find('.nba-panel-note').getAttribute('role'), find('.nba-found').getAttribute('role')]).toEqual(['status', 'status']);
    pressKey(search, 'Escape');
    expect([search.value, seen().length]).toEqual(['', 2]);
  });

  it('leaves out what is no tool', () => {
    expect(readTools([null, 3, {}, { name: 'a', granted: 'x', cell: 3 }]).map(row => [row.name, row.granted, row.cell, row.on])).toEqual([['a', [], null, false]]);
    expect(readTool(null)).toBeNull();
    expect(readTool({ facts: [['a', 1], 'x'] })).toEqual({ description: '', code: '', parameters: {}, facts: [['a', '']] });
  });
});

describe('the tab of sessions', () => {
  const open = () => {
    const ask = vi.fn();
    const tab = new SessionsTab({ ask });
    document.body.append(tab.el);
    tab.shown(true);
    tab.take({ t: 'sessions', sessions: [session(), session({ name: 'other', messages: 0 })] });
    return { tab, ask };
  };
  const messages = (el: HTMLElement) => [...el.querySelectorAll('.nba-message')].map(each => each.querySelector('pre')!.textContent);

  it('shows a conversation and goes on from any message', () => {
    const { tab, ask } = open();
    tab.el.querySelector<HTMLElement>('[data-name=main]')!.click();
    expect(ask).toHaveBeenLastCalledWith({ t: 'session', name: 'main', from: 0 });
    tab.take({ t: 'session', name: 'main', from: 0, total: 2, messages: [message(0, 'user', 'Hello?'), message(1, 'assistant', 'Yes.')] });
    expect(messages(tab.el)).toEqual(['Hello?', 'Yes.']);
    press(tab.el, 'Fork from message 1');
    const name = tab.el.querySelector<HTMLInputElement>('form input')!;
    expect(name.value).toBe('main-2');
    tab.el.querySelector('form')!.requestSubmit();
    expect(ask).toHaveBeenLastCalledWith({ t: 'do-session', verb: 'fork', name: 'main', new: 'main-2', at: 1 });
    tab.take({ t: 'session-done', verb: 'fork', name: 'main', text: 'Done.', open: 'main-2' });
    expect(ask).toHaveBeenCalledWith({ t: 'session', name: 'main-2', from: 0 });
  });

  it('keeps what stands and takes what is new; a conversation that became another is drawn anew', () => {
    const { tab } = open();
    tab.el.querySelector<HTMLElement>('[data-name=main]')!.click();
    const told = (...texts: string[]) => tab.take({ t: 'session', name: 'main', from: 0, total: texts.length, messages: texts.map((text, i) => message(i, i % 2 ? 'assistant' : 'user', text)) });
    told('a', 'b');
    const first = tab.el.querySelector('.nba-message');
    told('a', 'b', 'c');
    expect(tab.el.querySelector('.nba-message')).toBe(first);
    told('x');
    expect(messages(tab.el)).toEqual(['x']);
    told();
    expect(messages(tab.el)).toEqual([]);
  });

  it('shows text that begins like a value as the text it is', () => {
    const { tab } = open();
    tab.el.querySelector<HTMLElement>('[data-name=main]')!.click();
    const log = '[2026-11-21 10:00] INFO started\n  two';
    const said = (text: string) => ({ ...message(0, 'tool', ''), parts: [{ title: 'Result of f', text, format: 'json' }] });
    for (const [text, seen] of [[log, log], ['{not json} but text', '{not json} but text'], ['{"a":1}', '{\n  "a": 1\n}']] as const) {
      tab.take({ t: 'session', name: 'main', from: 0, total: 1, messages: [said(text)] });
      expect(messages(tab.el)).toEqual([seen]);
    }
  });

  it('reads a long conversation in parts', () => {
    const { tab, ask } = open();
    tab.el.querySelector<HTMLElement>('[data-name=main]')!.click();
    tab.take({ t: 'session', name: 'main', from: 0, total: 3, messages: [message(0, 'user', 'a'), message(1, 'assistant', 'b')] });
    press(tab.el, '1 more messages');
    expect(ask).toHaveBeenLastCalledWith({ t: 'session', name: 'main', from: 2 });
    tab.take({ t: 'session', name: 'main', from: 2, total: 3, messages: [message(2, 'user', 'c')] });
    expect(messages(tab.el)).toEqual(['a', 'b', 'c']);
  });

  it('asks before it forgets, and does nothing when that is left', () => {
    const { tab, ask } = open();
    tab.el.querySelector<HTMLElement>('[data-name=main]')!.click();
    ask.mockClear();
    press(tab.el, 'Reset…');
    tab.el.querySelector('form')!.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    expect(ask).not.toHaveBeenCalled();
    press(tab.el, 'Reset…');
    press(tab.el, 'Reset');
    expect(ask).toHaveBeenCalledWith({ t: 'do-session', verb: 'reset', name: 'main' });
    tab.take({ t: 'session-done', verb: 'reset', name: 'main', error: 'It is answering.' });
    expect(tab.el.querySelector<HTMLElement>('.nba-said-of')!.dataset.failed).toBe('true');
  });

  it('are found by name, model and what they wait for; Escape empties the field before it closes anything', () => {
    const { tab } = open();
    tab.take({ t: 'sessions', sessions: [session(), session({ name: 'trip', model: 'large', pending: ['book'] })] });
    const search = tab.el.querySelector<HTMLInputElement>('.nba-search')!;
    const seen = () => [...tab.el.querySelectorAll<HTMLElement>('.nba-session')].map(each => each.dataset.name);
    for (const [typed, names] of [['large', ['trip']], ['book', ['trip']], ['ma', ['main']], ['message', ['main', 'trip']]] as const) {
      type(search, typed);
      expect(seen()).toEqual(names);
    }
    expect(tab.el.querySelector('.nba-found')!.textContent).toBe('2 of 2 sessions');
    type(search, 'main');
    tab.el.querySelector<HTMLElement>('[data-name=main]')!.click();
    expect(tab.el.querySelector<HTMLElement>('.nba-filters')!.hidden).toBe(true);
    pressKey(tab.el.querySelector('.nba-back')!, 'Escape');
    expect([search.value, seen()]).toEqual(['main', ['main']]);
    pressKey(search, 'Escape');
    expect([search.value, seen()]).toEqual(['', ['main', 'trip']]);
  });

  it('say what they cost: local, dollars, or nothing before anything was answered', () => {
    const { tab } = open();
    const of = (fields: object) => {
      tab.take({ t: 'sessions', sessions: [session(fields)] });
      return tab.el.querySelector('.nba-session .nba-hint')!.textContent!.split(' · ').at(-1);
    };
    expect([of({ cost: 0, local: true }), of({ cost: 0, local: true, input: 0, output: 0 }), of({}), of({ cost: null }), of({ cost: 0 })]).toEqual(['local', 'local', '$0.010', 'cost unknown', '$0']);
    expect(of({ cost: 0, input: 0, output: 0, messages: 1 })).toBe('1 message');
  });

  it('leaves out what is no session, and finds a name', () => {
    expect(readSessions([null, {}, { name: 'a', cost: 'x', pending: null }])).toEqual([session({ name: 'a', agent: '', model: '', messages: 0, input: 0, output: 0, cost: null })]);
    expect(readMessages([3, { parts: [null, { text: 'a' }] }])).toEqual([{ at: 0, role: '', model: null, input: null, output: null, parts: [{ title: '', text: 'a', format: '' }] }]);
    expect(freeName('main-2', ['main', 'main-2'])).toBe('main-3');
  });
});
