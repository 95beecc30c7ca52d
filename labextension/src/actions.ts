/** What is done with an answer in a notebook: by the buttons under it, or by the commands for the active cell. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { CommandRegistry } from '@lumino/commands';

import { chooseModel } from './chooser';
import { ASKED, OFFERED, type Action, type Asked } from './core/actions';
import { again, named } from './core/again';
import { answerOf, asCells, continuing } from './core/answer';
import { Recent } from './core/models';
import { HUSH } from './core/reading';
import { readState } from './core/saved';
import type { RunState } from './core/state';
import { MIME } from './mime-type';
import { asNotebook, edit, insertBelow, placeOf, run, type Cell, type Place } from './notebook';

export const CATEGORY = 'nbagent';
const LABELS: Record<Action, string> = {
  copy: 'Copy the Answer', speak: 'Read the Answer Aloud', retry: 'Run the Prompt Again', model: 'Ask Another Model…', insert: 'Insert the Answer as Cells Below', continue: 'Continue the Conversation Below'
};

/** Offer and do what a notebook makes possible. */
export function hearActions(app: JupyterFrontEnd, palette: ICommandPalette | null): void {
  document.addEventListener(OFFERED, event => {
    const place = placeOf(app, event.target);
    const offered = (event as CustomEvent<unknown>).detail;
    if (!place || !(offered instanceof Set)) return;
    offered.add('retry').add('insert');
    if (nextLine(place) !== null) offered.add('continue');
    if (again(sources(place)[place.index]!, '', []) !== null) offered.add('model');
  });
  document.addEventListener(ASKED, event => {
    const { action, text } = ((event as CustomEvent<unknown>).detail ?? {}) as Partial<Asked>;
    const place = placeOf(app, event.target);
    if (place && action) act(app, place, action, String(text ?? ''));
  });
  for (const action of Object.keys(LABELS) as Action[]) {
    const command = `nbagent:${action}-answer`;
    const run = {
      label: LABELS[action],
      isEnabled: () => {
        const found = activeRun(app);
        return found !== null && possible(action, found.place);
      },
      execute: () => {
        const found = activeRun(app);
        if (found) act(app, found.place, action, answerOf(found.state));
      }
    };
    app.commands.addCommand(command, action === 'speak' ? stoppable(app, run) : run);
    palette?.addItem({ command, category: CATEGORY });
  }
}

/** Reading an answer aloud, which also stops: this answer's, or where the active cell has none, whatever is read. */
function stoppable(app: JupyterFrontEnd, read: { label: string; isEnabled(): boolean; execute(): void }): CommandRegistry.ICommandOptions {
  const reads = () => {
    const button = speaker(asNotebook(app.shell.currentWidget)?.content.activeCell);
    return button ? button.getAttribute('aria-pressed') === 'true' : window.speechSynthesis?.speaking === true;
  };
  return {
    label: () => (reads() ? 'Stop Reading' : read.label),
    isEnabled: () => reads() || read.isEnabled(),
    execute: () => (reads() ? void document.dispatchEvent(new CustomEvent(HUSH)) : read.execute())
  };
}

/** The button under a cell's answer that reads it. */
const speaker = (cell: Cell | null | undefined): HTMLElement | null => (cell?.node as HTMLElement | undefined)?.querySelector<HTMLElement>('[data-action=speak]') ?? null;

function possible(action: Action, place: Place): boolean {
  if (action === 'continue') return nextLine(place) !== null;
  return action !== 'model' || again(sources(place)[place.index]!, '', []) !== null;
}

const widgetsOf = ({ panel }: Place): readonly Cell[] => panel.content.widgets;
const sources = (place: Place): string[] => widgetsOf(place).map(cell => cell.model.sharedModel.getSource());

/** The same prompt in a cell below, to a model that is chosen; what stands under this one stays. */
async function askAnother(app: JupyterFrontEnd, place: Place): Promise<void> {
  const all = sources(place);
  const before = all.slice(0, place.index + 1).reverse();
  const own = named(before.slice(0, 1));
  const widgets = widgetsOf(place);
  // a name that never answered may be one that is none
  const good = all.map((source, i) => (answered(widgets[i]) ? source : ''));
  const near = [...named(good.slice(0, place.index + 1)), ...named(good)].filter(model => !own.includes(model));
  const recent = new Recent(window.localStorage);
  const model = await chooseModel([...near, ...recent.models()], place.panel.sessionContext.session?.kernel ?? null);
  const source = model && again(before[0]!, model, all);
  if (!source || place.panel.isDisposed) return;
  insertBelow(app, place, [{ cell_type: 'code', source }]);
  const made = widgetsOf(place)[place.index + 1];
  await run(app, { ...place, index: place.index + 1 });
  if (answered(made)) recent.add(model);
}

function act(app: JupyterFrontEnd, place: Place, action: Action, text: string): void {
  const line = action === 'continue' ? nextLine(place) : null;
  if (action === 'copy') void navigator.clipboard?.writeText(text);
  else if (action === 'speak') speaker(widgetsOf(place)[place.index])?.click();
  else if (action === 'retry') void run(app, place);
  else if (action === 'model') void askAnother(app, place);
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
  const state = runOf(panel?.content.activeCell);
  return panel && state ? { place: { panel, index: panel.content.activeCellIndex }, state } : null;
}

/** The run that a cell shows. */
function runOf(cell: Cell | null | undefined): RunState | null {
  const outputs = cell?.model.type === 'code' ? cell.model.toJSON().outputs : null;
  for (const output of (Array.isArray(outputs) ? outputs : []) as { data?: Record<string, unknown> }[]) {
    const state = readState(output?.data?.[MIME]);
    if (state) return state;
  }
  return null;
}

/** Whether the model of a cell answered. */
const answered = (cell: Cell | undefined): boolean => {
  const state = runOf(cell);
  return state !== null && (state.outcome === 'completed' || state.outcome === 'paused');
};
