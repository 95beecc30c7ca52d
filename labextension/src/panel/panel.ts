/** The panel in the sidebar: it talks with the kernel of the notebook that is looked at, and only while it is open itself. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Kernel } from '@jupyterlab/services';
import { Widget } from '@lumino/widgets';

import { activate, asNotebook, type NotebookPanel } from '../notebook';
import { PanelView } from './view';

import '../../style/panel.css';

const TARGET = 'nbagent.panel';

export class TracePanel extends Widget {
  private view = new PanelView({ ask: message => this.comm?.send(message as never), jump: cell => this.jump(cell) });
  private notebook: NotebookPanel | null = null;
  private kernel: Kernel.IKernelConnection | null = null;
  private comm: Kernel.IComm | null = null;
  private seen = ''; // the id of the kernel whose runs are shown
  private clock: ReturnType<typeof setInterval> | undefined;

  constructor(private app: JupyterFrontEnd) {
    super();
    this.id = 'nbagent-traces';
    this.addClass('nba-panel-frame');
    this.title.caption = 'Agent Traces';
    this.node.append(this.view.el);
    app.shell.currentChanged?.connect(() => this.follow());
    this.follow();
  }

  protected override onAfterShow(): void {
    this.clock ??= setInterval(() => this.view.tick(), 500);
    this.connect();
  }

  protected override onBeforeHide(): void {
    clearInterval(this.clock);
    this.clock = undefined;
    this.disconnect();
  }

  override dispose(): void {
    clearInterval(this.clock);
    this.disconnect();
    super.dispose();
  }

  /** The notebook that is looked at; the last one while something else is. */
  private follow(): void {
    const notebook = asNotebook(this.app.shell.currentWidget);
    if (!notebook || notebook === this.notebook) return;
    this.notebook?.sessionContext.kernelChanged.disconnect(this.connect, this);
    this.notebook?.sessionContext.statusChanged.disconnect(this.status, this);
    this.notebook = notebook;
    notebook.sessionContext.kernelChanged.connect(this.connect, this);
    notebook.sessionContext.statusChanged.connect(this.status, this);
    notebook.disposed.connect(() => {
      if (this.notebook !== notebook) return;
      this.notebook = null;
      this.connect();
    });
    this.connect();
  }

  /** A kernel that was started again knows nothing of the comm. */
  private status(_sender: unknown, status: string): void {
    if (status === 'restarting' || status === 'autorestarting' || status === 'dead') {
      this.seen = '';
      this.disconnect();
    } else if (status === 'idle' && !this.comm) this.connect();
  }

  private connect(): void {
    const kernel = this.notebook?.sessionContext.session?.kernel ?? null;
    if (!this.isVisible || (this.comm && kernel === this.kernel)) return;
    this.disconnect();
    if (!kernel) {
      this.seen = '';
      this.view.clear(this.notebook ? 'This notebook has no kernel: its runs are shown when it has one.' : 'Open a notebook to see its runs.');
      return;
    }
    this.kernel = kernel;
    // shown again, as after a change of theme: what was looked at stays
    if (this.seen === kernel.id) this.view.resume();
    else this.view.clear('Asking the kernel …');
    this.seen = kernel.id;
    const comm = kernel.createComm(TARGET);
    this.comm = comm;
    comm.onMsg = message => {
      if (this.comm === comm) this.view.take(message.content.data);
    };
    comm.onClose = () => {
      if (this.comm !== comm) return;
      // the kernel does not know the panel (yet): it is asked again when a cell has run
      this.comm = null;
      this.seen = '';
      this.view.clear('No runs in this kernel. They show here after %load_ext nbagent.');
    };
    comm.open({});
  }

  private disconnect(): void {
    const comm = this.comm;
    this.comm = null;
    if (comm && !comm.isDisposed && this.kernel && !this.kernel.isDisposed) comm.close();
    this.kernel = null;
  }

  private jump(id: string): (() => void) | null {
    const panel = this.notebook;
    const index = panel?.content.widgets.findIndex(cell => cell.model.id === id) ?? -1;
    if (!panel || index < 0) return null;
    return () => {
      activate(this.app, { panel, index });
      void panel.content.scrollToItem?.(index, 'smart');
    };
  }
}
