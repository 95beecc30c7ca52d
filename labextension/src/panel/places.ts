/** The way to the cell that a run came from: on the page, in a notebook that can be opened, or gone. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';

import { activate, asNotebook, type NotebookPanel } from '../notebook';
import { below } from './paths';
import { fileName } from './words';

export interface From {
  cell: string | null;
  count: number | null;
  notebook?: string | null;
}

/** A way to a cell: `go` tells what went wrong, or ''. Without it there is none, and `word` says why. */
export interface Way {
  label: string;
  word?: string;
  go?: () => Promise<string>;
}

const SHOWN = 10_000; // milliseconds for a notebook to be there

export class Places {
  private root: string;

  constructor(private app: JupyterFrontEnd) {
    const config = document.getElementById('jupyter-config-data')?.textContent;
    this.root = config ? String((JSON.parse(config) as { serverRoot?: string }).serverRoot ?? '') : '';
  }

  /** The way to a run's cell; null where the run came from none. */
  way(from: From): Way | null {
    if (!from.cell) return null;
    const label = from.count === null ? 'Go to the cell' : `Go to cell [${from.count}]`;
    const cell = from.cell;
    const place = this.find(cell);
    if (place) return { label, go: () => Promise.resolve(this.show(...place)) };
    const path = from.notebook ? below(this.root, from.notebook) : null;
    if (!from.notebook) return { label, word: 'Its cell is in no open notebook.' };
    const name = fileName(from.notebook);
    if (path === null) return { label, word: `${name} is not below the folder of this server.` };
    if (this.notebooks().some(panel => panel.context?.path === path)) return { label, word: `The cell is no longer in ${name}.` };
    return { label: `Open ${name}`, go: () => this.open(path, name, cell) };
  }

  /** Go to a cell of a notebook that is open; null where none has it. */
  cell(id: string): (() => void) | null {
    const place = this.find(id);
    return place && (() => this.show(...place));
  }

  private notebooks(): NotebookPanel[] {
    return [...this.app.shell.widgets('main')].flatMap(widget => asNotebook(widget) ?? []);
  }

  private find(cell: string): [NotebookPanel, number] | null {
    for (const panel of this.notebooks()) {
      const index = panel.content.widgets.findIndex(each => each.model.id === cell);
      if (index >= 0) return [panel, index];
    }
    return null;
  }

  private show(panel: NotebookPanel, index: number): string {
    activate(this.app, { panel, index });
    void panel.content.scrollToItem?.(index, 'smart');
    return '';
  }

  private async open(path: string, name: string, cell: string): Promise<string> {
    try {
      await this.app.serviceManager.contents.get(path, { content: false });
    } catch {
      return `${name} is not there any more.`;
    }
    const panel = asNotebook((await this.app.commands.execute('docmanager:open', { path })) as NotebookPanel);
    const until = performance.now() + SHOWN;
    await panel?.context?.ready;
    while (performance.now() < until) {
      const index = panel?.content.widgets.findIndex(each => each.model.id === cell) ?? -1;
      if (panel && index >= 0) return this.show(panel, index);
      if (panel?.content.widgets.length) {
        Notification.warning(`The cell is no longer in ${name}.`, { autoClose: 8000 }); // the panel is about that notebook by now
        return '';
      }
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    return `${name} could not be opened.`;
  }
}
