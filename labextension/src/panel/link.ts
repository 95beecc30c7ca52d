/**
 * The panel's way to the kernel of a notebook: one comm while the panel is open, opened again whenever another kernel is there.
 * Where none can be asked, the server is, which knows the runs of the machine.
 */

import type { Kernel, KernelMessage, ServerConnection } from '@jupyterlab/services';

import type { NotebookPanel } from '../notebook';
import { Server } from './server';

const TARGET = 'nbagent.panel';
const PATIENCE = 3000; // milliseconds for a kernel to answer, before it is asked again: a busy one twice as long each time

export interface Hears {
  /** The kernel said something. */
  take(message: unknown): void;
  /** There is nobody to ask, or another kernel than before; `why` is for the person. */
  clear(why: string): void;
  /** Another comm leads to the same kernel: what was asked on the last one is not answered. */
  resume(): void;
}

/** A comm as JupyterLab 4.4 and later make it, on a thread of the kernel's own. */
type Comm = Kernel.IComm & { subshellId?: string | null; subshellStarted?: Promise<void> };

export class Link {
  private notebook: NotebookPanel | null = null;
  private kernel: Kernel.IKernelConnection | null = null;
  private comm: Comm | null = null;
  private seen = ''; // the id of the kernel of which the page shows something
  private open = false;
  private patience = PATIENCE;
  private asked = 0; // when the comm was opened; 0 once the kernel has answered on it
  private server: Server;

  constructor(private hears: Hears, settings: ServerConnection.ISettings) {
    this.server = new Server(settings, message => {
      if ((message as { t?: unknown }).t === 'machine') this.here();
      this.hears.take(message);
    });
  }

  ask(message: Record<string, unknown>): void {
    if (this.comm && !this.comm.isDisposed) this.comm.send(message as never);
    else this.server.ask(message);
  }

  /** The notebook whose kernel is asked from now on; null for none. */
  follow(notebook: NotebookPanel | null): void {
    if (notebook === this.notebook) return;
    this.notebook?.sessionContext.kernelChanged.disconnect(this.connect, this);
    this.notebook?.sessionContext.statusChanged.disconnect(this.status, this);
    this.notebook?.sessionContext.iopubMessage.disconnect(this.ran, this);
    this.notebook?.context?.pathChanged.disconnect(this.here, this);
    this.notebook = notebook;
    notebook?.sessionContext.kernelChanged.connect(this.connect, this);
    notebook?.sessionContext.statusChanged.connect(this.status, this);
    notebook?.sessionContext.iopubMessage.connect(this.ran, this);
    notebook?.context?.pathChanged.connect(this.here, this);
    this.connect();
  }

  /** The panel is looked at. */
  begin(): void {
    this.open = true;
    this.connect();
  }

  /** The panel is looked at no longer: the kernel does nothing for it then. */
  end(): void {
    this.open = false;
    this.disconnect();
    this.server.close();
  }

  /** Time goes on: what a kernel was asked while it started is lost, and asked again. */
  tick(): void {
    if (!this.comm) this.server.tick();
    if (!this.comm || !this.asked || performance.now() - this.asked < this.patience) return;
    if (this.kernel?.status !== 'idle') this.patience *= 2;
    this.again();
  }

  /** A kernel that was started again knows nothing of the comm. */
  private status(_sender: unknown, status: string): void {
    if (status === 'restarting' || status === 'autorestarting') this.lose('The kernel starts again …');
    else if (status === 'dead') this.lose('The kernel is dead. Start it again, and this is filled.');
  }

  /** A cell has run, which may have loaded nbagent, or the kernel has started: who had nobody to ask asks again. */
  private ran(_sender: unknown, message: KernelMessage.IIOPubMessage): void {
    if (message.header.msg_type !== 'status' || (message.content as { execution_state?: string }).execution_state !== 'idle') return;
    const why = (message.parent_header as { msg_type?: string }).msg_type;
    if (!this.comm && (why === 'execute_request' || why === 'kernel_info_request')) this.connect();
  }

  private again(): void {
    this.disconnect();
    this.connect();
  }

  private lose(why: string): void {
    this.seen = '';
    this.disconnect();
    if (this.open) this.alone(why);
  }

  /** No kernel can be asked, and why. */
  private alone(why: string): void {
    this.hears.clear(why);
    this.server.close();
    this.server.open();
  }

  private connect(): void {
    const kernel = this.notebook?.sessionContext.session?.kernel ?? null;
    if (!this.open || (this.comm && kernel === this.kernel)) return;
    this.disconnect();
    if (!kernel) return this.lose(this.notebook ? 'This notebook has no kernel.' : 'Open a notebook to see what its agents do.');
    this.kernel = kernel;
    this.server.close();
    // shown again, as after a change of theme: what was looked at stays
    if (this.seen === kernel.id) this.hears.resume();
    else this.hears.clear('Asking the kernel …');
    this.seen = kernel.id;
    const comm: Comm = kernel.createComm(TARGET);
    this.comm = comm;
    this.asked = performance.now();
    comm.onMsg = message => {
      if (this.comm !== comm) return;
      this.asked = 0;
      this.patience = PATIENCE;
      this.hears.take(message.content.data);
    };
    comm.onClose = () => {
      if (this.comm !== comm) return;
      // the kernel does not know the panel (yet): it is asked again when a cell has run
      this.comm = null;
      this.seen = '';
      this.alone('This kernel has not loaded nbagent. Run %load_ext nbagent in it.');
    };
    comm.open({});
    this.here();
  }

  /** No kernel knows its notebook, nor that it was renamed. */
  private here(): void {
    const path = this.notebook?.context?.path;
    if (path) this.ask({ t: 'notebook', path });
  }

  private disconnect(): void {
    const { comm, kernel } = this;
    this.comm = this.kernel = null;
    const close = () => {
      if (comm && !comm.isDisposed && kernel && !kernel.isDisposed) comm.close();
    };
    // a subshell that is still being made would be given to the next comm, and then be ended with this one
    if (kernel?.supportsSubshells && !comm?.subshellId) void comm?.subshellStarted?.then(close, close);
    else close();
  }
}
