/** The commands that are for the notebook rather than for an answer: a cell for an agent, running it, stop, and the settings. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { CommandRegistry } from '@lumino/commands';

import { CATEGORY } from './actions';
import { isPrompt } from './core/answer';
import { asNotebook, edit, insertBelow, run, type Place } from './notebook';

export function addCommands(app: JupyterFrontEnd, palette: ICommandPalette | null): void {
  const add = (command: string, options: CommandRegistry.ICommandOptions) => {
    app.commands.addCommand(command, options);
    palette?.addItem({ command, category: CATEGORY });
  };
  const here = (): Place | null => {
    const panel = asNotebook(app.shell.currentWidget);
    return panel && panel.content.activeCellIndex >= 0 ? { panel, index: panel.content.activeCellIndex } : null;
  };
  const prompt = (): Place | null => {
    const place = here();
    return place && isPrompt(place.panel.content.activeCell?.model.sharedModel.getSource() ?? '') ? place : null;
  };
  // while a cell awaits, a click that the kernel answered leaves it "idle": a view that runs says more
  const busy = () => {
    const panel = asNotebook(app.shell.currentWidget);
    const kernel = panel?.sessionContext.session?.kernel;
    return kernel && (kernel.status === 'busy' || panel.node.querySelector('.nba-stop:not([hidden])')) ? kernel : null;
  };

  add('nbagent:insert-cell', {
    label: 'Insert Agent Cell Below',
    isEnabled: () => here() !== null,
    execute: () => {
      const place = here();
      if (!place) return;
      insertBelow(app, place, [{ cell_type: 'code', source: '%%agent\n' }]);
      requestAnimationFrame(() => edit(place.panel.content));
    }
  });
  add('nbagent:run-cell', {
    label: 'Run Agent Cell',
    isEnabled: () => prompt() !== null,
    execute: () => {
      const place = prompt();
      if (place) void run(app, place);
    }
  });
  add('nbagent:stop', { label: 'Stop the Running Agent', isEnabled: () => busy() !== null, execute: () => busy()?.interrupt() });
  add('nbagent:settings', {
    label: 'nbagent Settings…',
    isVisible: () => app.commands.hasCommand('settingeditor:open'),
    execute: () => app.commands.execute('settingeditor:open', { query: 'nbagent' })
  });
}
