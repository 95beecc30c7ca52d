/** Decisions on saved runs that wait: each becomes a cell below the run, which carries it on in the notebook's kernel. */

import type { JupyterFrontEnd } from '@jupyterlab/application';

import { DECIDED, listen, resuming } from './core/later';
import { insertBelow, placeOf, run } from './notebook';

/** Hear decisions from now on. */
export function hearDecisions(app: JupyterFrontEnd): void {
  listen();
  document.addEventListener(DECIDED, event => {
    const source = resuming((event as CustomEvent<unknown>).detail);
    const place = placeOf(app, event.target);
    if (source === null || place === null) return;
    insertBelow(app, place, [{ cell_type: 'code', source }]);
    void run(app, { ...place, index: place.index + 1 });
  });
}
