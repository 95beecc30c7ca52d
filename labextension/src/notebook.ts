/**
 * What is used of a notebook on the page. Its package is the page's own, and so large that its types alone are not worth
 * it; so a notebook is known by what it has.
 */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import type { Made } from './core/answer';

export interface Cell {
  node: Node;
  model: {
    id: string;
    type: string;
    sharedModel: { getSource(): string; setSource(text: string): void };
    toJSON(): { outputs?: unknown };
  };
  editor?: { focus(): void; setCursorPosition(position: { line: number; column: number }): void } | null;
}

export interface Notebook {
  widgets: readonly Cell[];
  activeCellIndex: number;
  activeCell: Cell | null;
  mode: string;
  model: { sharedModel: { insertCells(index: number, cells: object[]): unknown } } | null;
  deselectAll(): void;
  scrollToItem?(index: number, align?: string): Promise<void>;
}

export interface Session {
  session: { kernel: Kernel.IKernelConnection | null } | null;
  kernelChanged: ISignal<unknown, { oldValue: Kernel.IKernelConnection | null }>;
  statusChanged: ISignal<unknown, string>;
  iopubMessage: ISignal<unknown, KernelMessage.IIOPubMessage>;
}

export type NotebookPanel = Widget & { content: Notebook; sessionContext: Session; context?: { path: string; ready: Promise<void>; pathChanged: ISignal<unknown, string> } };

export function asNotebook(widget: Widget | null | undefined): NotebookPanel | null {
  const panel = widget as (Widget & Partial<NotebookPanel>) | null | undefined;
  return panel?.content && 'widgets' in panel.content && 'activeCellIndex' in panel.content && panel.sessionContext ? (panel as NotebookPanel) : null;
}

export interface Place {
  panel: NotebookPanel;
  index: number;
}

/** The notebook and the cell that something on the page stands in. */
export function placeOf(app: JupyterFrontEnd, node: EventTarget | null): Place | null {
  if (!(node instanceof Node)) return null;
  for (const widget of app.shell.widgets('main')) {
    const panel = widget.node.contains(node) ? asNotebook(widget) : null;
    const index = panel ? panel.content.widgets.findIndex(cell => cell.node.contains(node)) : -1;
    if (panel && index >= 0) return { panel, index };
  }
  return null;
}

export function activate(app: JupyterFrontEnd, { panel, index }: Place): void {
  app.shell.activateById(panel.id);
  panel.content.activeCellIndex = index;
  panel.content.deselectAll();
}

export async function run(app: JupyterFrontEnd, place: Place): Promise<void> {
  activate(app, place);
  await app.commands.execute('notebook:run-cell');
}

/** Put cells below a cell, as one step that can be undone; the first of them is the active one. */
export function insertBelow(app: JupyterFrontEnd, { panel, index }: Place, cells: Made[]): void {
  const made = cells.map(cell => ({ ...cell, metadata: cell.cell_type === 'code' ? { trusted: true } : {} }));
  panel.content.model?.sharedModel.insertCells(index + 1, made);
  activate(app, { panel, index: index + 1 });
}

/** Write in a cell, from the end of what is there. */
export function edit(notebook: Notebook): void {
  notebook.mode = 'edit';
  const lines = notebook.activeCell?.model.sharedModel.getSource().split('\n') ?? [];
  const editor = notebook.activeCell?.editor;
  editor?.focus();
  editor?.setCursorPosition({ line: lines.length - 1, column: lines.at(-1)?.length ?? 0 });
}
