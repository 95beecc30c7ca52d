import { describe, expect, it, vi } from 'vitest';

import type { NotebookPanel } from '../src/notebook';
import { Link } from '../src/panel/link';

/** A notebook whose kernel gives each comm a subshell, which is there when `started` is called. */
function notebook(status = 'idle') {
  const comms: { close: ReturnType<typeof vi.fn>; onMsg?: (message: unknown) => void; started: () => void }[] = [];
  const kernel = {
    id: 'k', status, isDisposed: false, supportsSubshells: true,
    createComm: () => {
      let started = () => {};
      const subshellStarted = new Promise<void>(resolve => (started = resolve));
      const comm = { isDisposed: false, subshellId: null, subshellStarted, started: () => started(), open: vi.fn(), send: vi.fn(), close: vi.fn() };
      comms.push(comm);
      return comm;
    }
  };
  const signal = { connect: vi.fn(), disconnect: vi.fn() };
  const panel = { sessionContext: { session: { kernel }, kernelChanged: signal, statusChanged: signal, iopubMessage: signal } } as unknown as NotebookPanel;
  return { comms, panel };
}
const hears = () => ({ take: vi.fn(), clear: vi.fn(), resume: vi.fn() });

describe('the way to the kernel', () => {
  it('is closed only when its subshell is there, which the next one would be given and lose', async () => {
    const { comms, panel } = notebook();
    const link = new Link(hears());
    link.follow(panel);
    link.begin();
    link.end();
    link.begin();
    expect(comms.map(comm => comm.close.mock.calls.length)).toEqual([0, 0]);
    comms[0]!.started();
    await Promise.resolve();
    expect(comms.map(comm => comm.close.mock.calls.length)).toEqual([1, 0]);
  });

  it('is opened again where nothing is answered, of a busy kernel after twice as long each time', () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(1000);
    const { comms, panel } = notebook('busy');
    const link = new Link(hears());
    link.follow(panel);
    link.begin();
    const opened: number[] = [];
    for (let second = 2; second <= 40; second++) {
      now.mockReturnValue(second * 1000);
      const before = comms.length;
      link.tick();
      if (comms.length > before) opened.push(second);
    }
    expect(opened).toEqual([4, 10, 22]);
    now.mockRestore();
  });
});
