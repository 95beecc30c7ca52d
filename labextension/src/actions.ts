/** What is done with an answer in a notebook: by the buttons under it, or by the commands for the active cell. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';

import { ASKED, OFFERED, type Action, type Asked } from './core/actions';
import { answerOf, asCells, continuing } from './core/answer';
import { readState } from './core/saved';
import type { RunState } from './core/state';
import { MIME } from './mime-type';
import { asNotebook, edit, insertBelow, placeOf, run, type Place } from './notebook';

export const CATEGORY = 'nbagent';
const LABELS: Record<Action, string> = {
  copy: 'Copy the Answer', retry: 'Run the Prompt Again', insert: 'Insert the Answer as Cells Below', continue: 'Continue the Conversation Below'
};

/** Offer and do what a notebook makes possible. */
export function hearActions(app: JupyterFrontEnd, palette: ICommandPalette | null): void {
  document.addEventListener(OFFERED, event => {
    const place = placeOf(app, event.target);
    const offered = (event as CustomEvent<unknown>).detail;
    if (!place || !(offered instanceof Set)) return;
    offered.add('retry').add('insert');
    if (nextLine(place) !== null) offered.add('continue');
  });
  document.addEventListener(ASKED, event => {
    const { action, text } = ((event as CustomEvent<unknown>).detail ?? {}) as Partial<Asked>;
    const place = placeOf(app, event.target);
    if (place && action) act(app, place, action, String(text ?? ''));
  });
  for (const action of Object.keys(LABELS) as Action[]) {
    const command = `nbagent:${action}-answer`;
    app.commands.addCommand(command, {
      label: LABELS[action],
      isEnabled: () => {
        const found = activeRun(app);
        return found !== null && (action !== 'continue' || nextLine(found.place) !== null);
      },
      execute: () => {
        const found = activeRun(app);
        if (found) act(app, found.place, action, answerOf(found.state));
      }
    });
    palette?.addItem({ command, category: CATEGORY });
  }
}

function act(app: JupyterFrontEnd, place: Place, action: Action, text: string): void {
  const line = action === 'continue' ? nextLine(place) : null;
  if (action === 'copy') void navigator.clipboard?.writeText(text);
  else if (action === 'retry') void run(app, place);
  else if (action === 'insert' && text) insertBelow(app, place, asCells(text));
  else if (line !== null) {
    insertBelow(app, place, [{ cell_type: 'code', source: `${line}\n` }]);
    // the cell is drawn with the next frame, and only then can be written in
    requestAnimationFrame(() => edit(place.panel.content));
  }
}

/** How the conversation of a cell goes on: as the cell began it, or, where the cell carried a run on, the nearest above that did. */
function nextLine({ panel, index }: Place): string | null {
  const [own = '', ...above] = panel.content.widgets.slice(0, index + 1).map(cell => cell.model.sharedModel.getSource()).reverse();
  const line = continuing(own);
  if (line !== null || !/--resume\b/.test(own)) return line;
  return above.map(continuing).find(each => each !== null) ?? null;
}

/** The active cell's run, as its output has it. */
function activeRun(app: JupyterFrontEnd): { place: Place; state: RunState } | null {
  const panel = asNotebook(app.shell.currentWidget);
  const outputs = panel?.content.activeCell?.model.type === 'code' ? panel.content.activeCell.model.toJSON().outputs : null;
  if (!panel || !Array.isArray(outputs)) return null;
  for (const output of outputs as { data?: Record<string, unknown> }[]) {
    const state = readState(output?.data?.[MIME]);
    if (state) return { place: { panel, index: panel.content.activeCellIndex }, state };
  }
  return null;
}
