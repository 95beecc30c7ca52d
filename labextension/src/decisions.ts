/** Decisions on saved runs that wait: each becomes a cell below the run, which carries it on in the notebook's kernel. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Widget } from '@lumino/widgets';

import { DECIDED, listen, resuming } from './core/later';

/** What is used of a notebook on the page; its package is the page's own, and so large that its types alone are not worth it. */
interface Notebook {
  widgets: readonly { node: Node }[];
  activeCellIndex: number;
  activeCell: { model: { sharedModel: { setSource(text: string): void } } } | null;
  deselectAll(): void;
}

/** Hear decisions from now on. */
export function hearDecisions(app: JupyterFrontEnd): void {
  listen();
  document.addEventListener(DECIDED, event => {
    const source = resuming((event as CustomEvent<unknown>).detail);
    if (source !== null && event.target instanceof Node) void carryOn(app, event.target, source);
  });
}

async function carryOn(app: JupyterFrontEnd, place: Node, source: string): Promise<void> {
  const panel = [...app.shell.widgets('main')].find(widget => widget.node.contains(place)) as (Widget & { content?: Partial<Notebook> }) | undefined;
  const notebook = panel?.content as Notebook | undefined;
  const index = notebook?.widgets?.findIndex(cell => cell.node.contains(place)) ?? -1;
  if (!panel || !notebook || index < 0) return;
  app.shell.activateById(panel.id);
  notebook.activeCellIndex = index;
  notebook.deselectAll();
  await app.commands.execute('notebook:insert-cell-below');
  notebook.activeCell?.model.sharedModel.setSource(source);
  await app.commands.execute('notebook:run-cell');
}
