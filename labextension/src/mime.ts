/** The saved transcript in JupyterLab: the same view over the state in the output, with no kernel behind it. */

import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';

import { DECIDED, heard, REFUSED } from './core/later';
import { Run } from './core/run';
import { readState } from './core/saved';
import { RunView } from './core/view';
import { MIME } from './mime-type';

import '../style/run.css';

class SavedRun extends Widget implements IRenderMime.IRenderer {
  private view?: RunView;
  private shown = '';

  constructor() {
    super();
    this.addClass('nba-saved');
    this.node.addEventListener(REFUSED, event => {
      const { call_id, why } = ((event as CustomEvent<unknown>).detail ?? {}) as { call_id?: string; why?: string };
      this.view?.refused(String(call_id), String(why));
    });
  }

  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const data = model.data[MIME];
    const text = JSON.stringify(data);
    if (text === this.shown) return Promise.resolve();
    this.shown = text;
    this.view?.dispose();
    const state = readState(data);
    if (state) {
      const tell = (message: Record<string, unknown>) => this.node.dispatchEvent(new CustomEvent(DECIDED, { bubbles: true, detail: message }));
      this.view = new RunView(new Run(state), undefined, heard() ? { send: tell } : undefined);
      this.node.replaceChildren(this.view.el);
    } else this.node.textContent = 'This run was saved by another version of nbagent, which can show it.';
    return Promise.resolve();
  }

  protected override onAfterAttach(): void {
    this.view?.placed();
  }

  override dispose(): void {
    this.view?.dispose();
    super.dispose();
  }
}

const extension: IRenderMime.IExtension = {
  id: 'nbagent-labextension:mime',
  // safe: it shows data and runs none of it, so that an untrusted notebook shows its runs too
  rendererFactory: { safe: true, mimeTypes: [MIME], createRenderer: () => new SavedRun() },
  rank: 0,
  dataType: 'json'
};

export default extension;
