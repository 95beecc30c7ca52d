import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import widget from '../src/widget';

function page(id: string) {
  const handlers = new Set<(message: unknown) => void>();
  const send = vi.fn();
  // a new object for every hook, as anywidget does
  const model = () => ({
    get: (name: string) => (name === 'run_id' ? id : undefined),
    on: (_: string, handler: (message: unknown) => void) => void handlers.add(handler),
    off: (_: string, handler: (message: unknown) => void) => void handlers.delete(handler),
    send
  });
  const el = document.createElement('div');
  const forget = widget.initialize({ model: model() });
  return { el, send, forget, show: () => widget.render({ model: model(), el }), push: (message: unknown) => handlers.forEach(handler => handler(message)), handlers };
}

const add = (seq: number, text: string) => ({ t: 'ops', seq, ops: [['add', 0, { k: 'text', text }]] });
const more = (seq: number, text: string) => ({ t: 'ops', seq, ops: [['text', 0, text]] });
const asked = (send: ReturnType<typeof vi.fn>) => send.mock.calls.map(call => call[0]).filter(message => message.t === 'resync');

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('the widget', () => {
  it('says that it is drawn', () => {
    const { send, show } = page('w1');
    show();
    expect(send.mock.calls).toEqual([[{ t: 'ready' }]]);
  });

  it('loses nothing that came before it was drawn', () => {
    const { el, show, push } = page('w2');
    push(add(1, 'Hel'));
    show();
    push(more(2, 'lo'));
    vi.advanceTimersByTime(50);
    expect(el.querySelector('.nba-text')!.textContent).toBe('Hello');
  });

  it('asks for the whole after a gap, again until it has it, and then no more', () => {
    const { el, send, show, push } = page('w3');
    show();
    push(add(1, 'a'));
    push(more(3, 'c'));
    push(more(4, 'd'));
    expect(asked(send)).toEqual([{ t: 'resync', have: 1 }]);
    vi.advanceTimersByTime(700);
    expect(asked(send)).toHaveLength(2);
    push({ t: 'state', seq: 4, state: { v: 1, outcome: 'running', items: [{ k: 'text', text: 'abcd' }] } });
    vi.advanceTimersByTime(5000);
    expect(asked(send)).toHaveLength(2);
    expect(el.querySelector('.nba-text')!.textContent).toBe('abcd');
  });

  it('asks when it knows nothing for long: the page was loaded again', () => {
    const { send, show } = page('w4');
    show();
    vi.advanceTimersByTime(1600);
    expect(asked(send)).toEqual([{ t: 'resync', have: 0 }]);
    vi.advanceTimersByTime(5000);
    expect(asked(send)).toHaveLength(1);
  });

  const waits = { v: 1, outcome: 'running', items: [{ k: 'tool', id: 'c', name: 'delete', arguments: '{}', batch: 'b', status: 'pending', approval: { digest: 'd' } }] };

  it.each([
    ['it is told so', (view: Element) => view.dispatchEvent(new CustomEvent('nbagent:kernel-ended'))],
    ['a click finds so', (view: Element, refuse: () => void) => {
      refuse();
      [...view.querySelectorAll('button')].find(button => button.textContent === 'Approve')!.click();
    }]
  ])('ends a run whose kernel has ended, when %s, and asks no more', (_, end) => {
    const { el, send, show, push } = page(`w6${_}`);
    show();
    push({ t: 'state', seq: 1, state: waits });
    expect(el.querySelector('.nba-approval')).not.toBeNull();
    end(el.querySelector('.nba')!, () => send.mockImplementation(() => {
      throw new Error('Cannot send');
    }));
    vi.advanceTimersByTime(50);
    expect(el.querySelector('.nba-approval')).toBeNull();
    expect(el.querySelector('.nba')!.getAttribute('data-outcome')).toBe('cancelled');
    expect(el.textContent).toContain('The kernel ended before this run did.');
    const said = send.mock.calls.length;
    vi.advanceTimersByTime(5000);
    expect(send.mock.calls.length).toBe(said);
  });

  it('listens no more when it is closed', () => {
    const { forget, handlers } = page('w5');
    forget();
    expect(handlers.size).toBe(0);
  });
});
