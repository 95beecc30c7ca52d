/** JupyterLab's settings of nbagent: each notebook's kernel is told them, before anything else runs there and at each change. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Kernel } from '@jupyterlab/services';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';

import { assignment, said } from './core/told';
import { asNotebook, type NotebookPanel, type Session } from './notebook';

import '../style/settings.css';

export const SETTINGS = 'nbagent-labextension:settings';

/** Tell the kernels from now on. */
export async function tellKernels(app: JupyterFrontEnd, registry: ISettingRegistry): Promise<void> {
  const notebooks = new Set<NotebookPanel>();
  const told = new WeakMap<Kernel.IKernelConnection, string>();
  let settings: ISettingRegistry.ISettings | null = null;

  const tell = (session: Session) => {
    const kernel = session.session?.kernel;
    if (!settings || !kernel || app.serviceManager.kernelspecs.specs?.kernelspecs[kernel.name]?.language !== 'python') return;
    const code = assignment(said(settings.composite));
    // a kernel is left alone until there is something to tell it
    if ((told.get(kernel) ?? assignment({})) === code) return;
    told.set(kernel, code);
    kernel.requestExecute({ code, silent: true, store_history: false, allow_stdin: false, stop_on_error: false });
  };
  const follow = (panel: NotebookPanel) => {
    const { sessionContext } = panel;
    let gone = false;
    const forget = () => {
      const kernel = sessionContext.session?.kernel;
      if (kernel) told.delete(kernel);
    };
    notebooks.add(panel);
    panel.disposed.connect(() => notebooks.delete(panel));
    // said at the end of a restart too, before whoever restarted it goes on
    sessionContext.kernelChanged.connect(() => {
      forget();
      tell(sessionContext);
    });
    // a kernel that died and was started again by the server
    sessionContext.statusChanged.connect((_, status) => {
      if (gone && status !== 'autorestarting') tell(sessionContext);
      gone = status === 'autorestarting';
      if (gone) forget();
    });
    tell(sessionContext);
  };

  app.docRegistry.addWidgetExtension('Notebook', {
    createNew: widget => {
      const panel = asNotebook(widget);
      if (panel) follow(panel);
    }
  });
  settings = await registry.load(SETTINGS);
  const all = () => notebooks.forEach(panel => tell(panel.sessionContext));
  settings.changed.connect(all);
  all();
}
