import { describe, expect, it } from 'vitest';

import { heard, listen, resuming } from '../src/core/later';
import { Run } from '../src/core/run';
import { emptyRun } from '../src/core/state';
import { RunView } from '../src/core/view';

const digest = '0123456789abcdef';
const run_id = 'a1b2c3d4'.repeat(4);
const said = (decision: unknown, more = {}) => resuming({ t: 'decide', run_id, call_id: 'call_1', digest, decision, ...more });

describe('a decision after the cell', () => {
  it('is a cell that carries the run on', () => {
    expect(said(true)).toBe(`%agent --raw --resume a1b2c3d4 --decide call_1@${digest} yes`);
    expect(said({ reason: '' })).toBe(`%agent --raw --resume a1b2c3d4 --decide call_1@${digest} no`);
    expect(said({ reason: 'yes "really" \\' })).toBe(`%agent --raw --resume a1b2c3d4 --decide call_1@${digest} "{\\"reason\\":\\"yes \\\\\\"really\\\\\\" \\\\\\\\\\"}"`);
    expect(said({ approve: 'session' })).toBe(`%agent --raw --resume a1b2c3d4 --decide call_1@${digest} session`);
    expect(said({ approve: 'always' })).toBe(`%agent --raw --resume a1b2c3d4 --decide call_1@${digest} always`);
    expect(said({ arguments: '{"n": 12345678901234567890, "s": "a b"}' })).toContain('{\\"n\\":12345678901234567890,\\"s\\":\\"a b\\"}');
    expect(said({ arguments: '{\n "table": "x"\n}' })).toBe(`%agent --raw --resume a1b2c3d4 --decide call_1@${digest} "{\\"arguments\\":{\\"table\\":\\"x\\"}}"`);
  });
  it.each([
    [false, {}],
    [{ arguments: 'no json' }, {}],
    [{ approve: 'forever; import os' }, {}],
    [true, { run_id: 'a1b2; import os' }],
    [true, { call_id: 'x\nimport os' }],
    [true, { call_id: 'a b' }],
    [true, { digest: 'x' }]
  ])('that is none is no cell: %j %j', (decision, more) => {
    expect(said(decision, more)).toBeNull();
  });
  it('never ends its line', () => {
    for (const text of ['a\nb', 'a\u2028b', 'a\r\nb']) expect(said({ reason: text })!.split(/[\n\r]/).length).toBe(1);
  });
});

describe('a saved run that waits', () => {
  const waiting = () => {
    const state = emptyRun();
    state.outcome = 'paused';
    state.run_id = run_id;
    state.items = [{ k: 'tool', id: 'call_1', name: 'f', arguments: '{}', status: 'pending', approval: { digest } }] as typeof state.items;
    return new Run(state);
  };
  it('shows buttons only where a decision is heard', () => {
    expect(new RunView(waiting()).el.querySelector('.nba-approval')).toBeNull();
    expect(heard()).toBe(false);
    listen();
    expect(heard()).toBe(true);
    const sent: unknown[] = [];
    const view = new RunView(waiting(), undefined, { send: message => sent.push(message) });
    const approve = [...view.el.querySelectorAll('button')].find(found => found.textContent === 'Approve')!;
    approve.click();
    approve.click();
    expect(sent).toEqual([{ t: 'decide', run_id, call_id: 'call_1', digest, decision: true }]);
    view.refused('call_1', 'Run the cells above first.');
    expect(view.el.querySelector('.nba-approval [role=alert]')!.textContent).toBe('Run the cells above first.');
    expect(view.el.querySelector('.nba-form')!.hasAttribute('hidden')).toBe(true);
    approve.click();
    expect(sent).toHaveLength(2);
  });
});
