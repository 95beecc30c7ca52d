import { WebSocketServer } from 'ws';
import { describe, expect, it, vi } from 'vitest';

import type { NotebookPanel } from '../src/notebook';
import { Link } from '../src/panel/link';
import { Server } from '../src/panel/server';

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
/** A server on which nobody answers. */
const nowhere = { wsUrl: 'ws://127.0.0.1:9/', token: '', appendToken: true, WebSocket } as unknown as ConstructorParameters<typeof Link>[1];
const hears = () => ({ take: vi.fn(), clear: vi.fn(), resume: vi.fn() });

describe('the way to the kernel', () => {
  it('is closed only when its subshell is there, which the next one would be given and lose', async () => {
    const { comms, panel } = notebook();
    const link = new Link(hears(), nowhere);
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
    const link = new Link(hears(), nowhere);
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

describe('the way to the server', () => {
  /** A real server that greets, says what it was asked back, and remembers its doors. */
  const serving = async (greeting: string | null) => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    const urls: string[] = [];
    server.on('connection', (socket, request) => {
      urls.push(request.url ?? '');
      if (greeting === null) return socket.close();
      socket.send(greeting);
      socket.on('message', data => socket.send(String(data)));
    });
    await new Promise(resolve => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    return { server, urls, settings: { ...nowhere, wsUrl: `ws://127.0.0.1:${port}/base`, token: 'a b' } };
  };

  it('asks with the token where no kernel can be asked, and is closed as soon as one can', async () => {
    const { server, urls, settings } = await serving('{"t":"machine"}');
    const { comms, panel } = notebook();
    const heard = hears();
    const link = new Link(heard, settings);
    link.begin();
    expect(heard.clear).toHaveBeenLastCalledWith('Open a notebook to see what its agents do.');
    await vi.waitFor(() => expect(heard.take).toHaveBeenLastCalledWith({ t: 'machine' }));
    link.ask({ t: 'models' });
    await vi.waitFor(() => expect(heard.take).toHaveBeenLastCalledWith({ t: 'models' }));
    expect(urls).toEqual(['/base/nbagent/panel?token=a%20b']);
    link.follow(panel);
    await vi.waitFor(() => expect(server.clients.size).toBe(0));
    expect(comms).toHaveLength(1);
    server.close();
  });

  it('is not asked again where it knows nothing of nbagent', async () => {
    const { server, urls, settings } = await serving(null);
    const way = new Server(settings, () => undefined);
    const now = vi.spyOn(performance, 'now').mockReturnValue(0);
    way.open();
    await vi.waitFor(() => expect(urls).toHaveLength(1));
    await new Promise(resolve => setTimeout(resolve, 50));
    now.mockReturnValue(60_000);
    way.tick();
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(urls).toHaveLength(1);
    now.mockRestore();
    server.close();
  });
});
