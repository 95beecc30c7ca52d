/** A kernel that was restarted, shut down or killed says nothing to the views of its runs: they are told here. */

import type { JupyterFrontEnd } from '@jupyterlab/application';

import { KERNEL_ENDED } from './core/run';
import { asNotebook, type NotebookPanel } from './notebook';

const ENDS = new Set(['restarting', 'autorestarting', 'terminating', 'dead']);

/** Hear of kernels that end from now on. */
export function hearKernels(app: JupyterFrontEnd): void {
  app.docRegistry.addWidgetExtension('Notebook', {
    createNew: widget => {
      const panel = asNotebook(widget);
      panel?.sessionContext.statusChanged.connect((_, status) => ENDS.has(status) && end(panel));
      panel?.sessionContext.kernelChanged.connect((_, { oldValue }) => oldValue && end(panel));
    }
  });
}

/** Tell the views, also of cells that are scrolled out of the page. */
function end(panel: NotebookPanel): void {
  for (const cell of panel.content.widgets) {
    for (const view of (cell.node as Element).querySelectorAll('.nba[data-outcome="running"]')) view.dispatchEvent(new CustomEvent(KERNEL_ENDED));
  }
}
