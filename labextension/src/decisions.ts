/** Decisions on saved runs that wait: each becomes a cell below the run, which carries it on in the notebook's kernel. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Kernel } from '@jupyterlab/services';

import { DECIDED, listen, REFUSED, resuming } from './core/later';
import { insertBelow, placeOf, run, type Place } from './notebook';

const NOT_LOADED = 'Run the cells above first: this kernel has not loaded nbagent.';

/** Hear decisions from now on. */
export function hearDecisions(app: JupyterFrontEnd): void {
  listen();
  document.addEventListener(DECIDED, event => {
    const message: unknown = (event as CustomEvent<unknown>).detail;
    const source = resuming(message);
    const { target } = event;
    const place = placeOf(app, target);
    if (source === null || place === null) return;
    void carryOn(app, place, source).then(why => {
      if (why !== null) target?.dispatchEvent(new CustomEvent(REFUSED, { detail: { call_id: (message as { call_id: string }).call_id, why } }));
    });
  });
}

/** Run the cell that carries a run on; why the decision was not taken, null where it was. */
async function carryOn(app: JupyterFrontEnd, place: Place, source: string): Promise<string | null> {
  const kernel = place.panel.sessionContext.session?.kernel;
  if (kernel && !(await hasMagic(kernel))) return NOT_LOADED;
  insertBelow(app, place, [{ cell_type: 'code', source }]);
  const cell = place.panel.content.widgets[place.index + 1];
  await run(app, { ...place, index: place.index + 1 });
  return refusal(cell?.model.toJSON().outputs);
}

/** Whether `%agent` is there. A kernel that is busy says so when it is done. */
async function hasMagic(kernel: Kernel.IKernelConnection): Promise<boolean> {
  const question = { loaded: "get_ipython().find_line_magic('agent') is not None" };
  const reply = await kernel.requestExecute({ code: '', silent: true, store_history: false, user_expressions: question }).done;
  const said = reply.content.status === 'ok' ? (reply.content.user_expressions.loaded as { data?: Record<string, unknown> } | undefined) : undefined;
  return said?.data?.['text/plain'] === 'True';
}

/** Why the kernel did not take the decision; null where it did. */
function refusal(outputs: unknown): string | null {
  const found = (Array.isArray(outputs) ? outputs : []) as { output_type?: string; ename?: string; evalue?: string }[];
  const error = found.find(output => output.output_type === 'error' && output.ename === 'DecisionError');
  return error ? String(error.evalue) : null;
}
