/** The panel in the sidebar: its tabs, and the notebook that they are about. Its kernel is asked only while the panel is looked at. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Widget } from '@lumino/widgets';

import { asNotebook, type NotebookPanel } from '../notebook';
import { Link } from './link';
import { Places } from './places';
import { RunsTab } from './runs';
import { SessionsTab } from './sessions';
import { ToolsTab } from './tools';
import { Tabs, type Page, type Tab } from './tabs';

import '../../style/panel.css';
import '../../style/spans.css';
import '../../style/details.css';
import '../../style/compared.css';
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
    const page: Page = { ask: message => this.link.ask(message), notebook: () => this.notebook, cells: () => this.notebook?.content.widgets.map(cell => cell.model.id) ?? [] };
    const places = new Places(app);
    // a tab more is a line here
    const tabs: Tab[] = [new RunsTab(page, from => places.way(from)), new ToolsTab(page, cell => places.cell(cell)), new SessionsTab(page)];
    this.tabs = new Tabs(tabs);
    this.link = new Link(this.tabs, app.serviceManager.serverSettings);
    this.node.append(this.tabs.el);
    app.shell.currentChanged?.connect(() => this.follow());
    this.follow();
  }

  /** Show the tab of this id: `runs`, `tools`, `sessions`. */
  open(id: string): void {
    this.tabs.open(id);
  }

  /** It was asked for by a key or a command. */
  protected override onActivateRequest(): void {
    this.tabs.focus();
  }

  protected override onAfterShow(): void {
    this.clock ??= setInterval(() => this.tick(), 500);
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

  private tick(): void {
    this.link.tick();
    this.tabs.tick();
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
}
