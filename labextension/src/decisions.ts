/** Decisions on saved runs that wait: each becomes a cell below the run, which carries it on in the notebook's kernel. */

import type { JupyterFrontEnd } from '@jupyterlab/application';

import { DECIDED, listen, REFUSED, resuming } from './core/later';
import { insertBelow, placeOf, run } from './notebook';

/** Hear decisions from now on. */
export function hearDecisions(app: JupyterFrontEnd): void {
  listen();
  document.addEventListener(DECIDED, event => {
    const message: unknown = (event as CustomEvent<unknown>).detail;
    const source = resuming(message);
    const { target } = event;
    const place = placeOf(app, target);
    if (source === null || place === null) return;
    insertBelow(app, place, [{ cell_type: 'code', source }]);
    const cell = place.panel.content.widgets[place.index + 1];
    void run(app, { ...place, index: place.index + 1 }).then(() => {
      const why = refusal(cell?.model.toJSON().outputs);
      if (why !== null) target?.dispatchEvent(new CustomEvent(REFUSED, { detail: { call_id: (message as { call_id: string }).call_id, why } }));
    });
  });
}

/** Why the kernel did not take the decision; null where it did. */
function refusal(outputs: unknown): string | null {
  const found = (Array.isArray(outputs) ? outputs : []) as { output_type?: string; ename?: string; evalue?: string }[];
  const error = found.find(output => output.output_type === 'error' && output.ename === 'DecisionError');
  return error ? String(error.evalue) : null;
}
