/** The panel in the sidebar: its tabs, and the notebook that they are about. Its kernel is asked only while the panel is looked at. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Widget } from '@lumino/widgets';

import { activate, asNotebook, type NotebookPanel } from '../notebook';
import { Link } from './link';
import { RunsTab } from './runs';
import { SessionsTab } from './sessions';
import { ToolsTab } from './tools';
import { Tabs, type Page, type Tab } from './tabs';

import '../../style/panel.css';
import '../../style/desk.css';

export class TracePanel extends Widget {
  private notebook: NotebookPanel | null = null;
  private tabs: Tabs;
  private link: Link;
  private clock: ReturnType<typeof setInterval> | undefined;

  constructor(private app: JupyterFrontEnd) {
    super();
    this.id = 'nbagent-traces';
    this.addClass('nba-panel-frame');
    this.title.caption = 'Agent Traces';
    const page: Page = { ask: message => this.link.ask(message), notebook: () => this.notebook };
    // a tab more is a line here
    const tabs: Tab[] = [new RunsTab(page, cell => this.jump(cell)), new ToolsTab(page, cell => this.jump(cell)), new SessionsTab(page)];
    this.tabs = new Tabs(tabs);
    this.link = new Link(this.tabs);
    this.node.append(this.tabs.el);
    app.shell.currentChanged?.connect(() => this.follow());
    this.follow();
  }

  /** Show the tab of this id: `runs`, `tools`, `sessions`. */
  open(id: string): void {
    this.tabs.open(id);
  }

  protected override onAfterShow(): void {
    this.clock ??= setInterval(() => this.tabs.tick(), 500);
    this.link.begin();
    this.tabs.shown(true);
  }

  protected override onBeforeHide(): void {
    clearInterval(this.clock);
    this.clock = undefined;
    this.tabs.shown(false);
    this.link.end();
  }

  override dispose(): void {
    clearInterval(this.clock);
    this.link.end();
    super.dispose();
  }

  /** The notebook that is looked at; the last one while something else is. */
  private follow(): void {
    const notebook = asNotebook(this.app.shell.currentWidget);
    if (!notebook || notebook === this.notebook) return;
    this.notebook = notebook;
    notebook.disposed.connect(() => {
      if (this.notebook !== notebook) return;
      this.notebook = null;
      this.link.follow(null);
    });
    this.link.follow(notebook);
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
