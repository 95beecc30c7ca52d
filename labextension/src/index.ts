/** The JupyterLab plugins: colours and completion for %%agent cells, decisions on saved runs that wait, what is done with an answer, and the trace panel. Saved runs are shown by `mime.ts`. */

import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { EditorExtensionRegistry, IEditorExtensionRegistry, IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { ICompletionProviderManager } from '@jupyterlab/completer';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { LabIcon } from '@jupyterlab/ui-components';

import { CATEGORY, hearActions } from './actions';
import { agentCells } from './agent-cells';
import { addCommands } from './commands';
import { hearDecisions } from './decisions';
import { hearKernels } from './kernels';
import { TracePanel } from './panel/panel';
import { keepWordsOut } from './prose-words';
import { SETTINGS, tellKernels } from './settings';

const colours: JupyterFrontEndPlugin<void> = {
  id: 'nbagent-labextension:agent-cells',
  description: 'Shows %%agent cells as Markdown',
  autoStart: true,
  requires: [IEditorExtensionRegistry, IEditorLanguageRegistry],
  activate: (_app: JupyterFrontEnd, extensions: IEditorExtensionRegistry, languages: IEditorLanguageRegistry) => {
    const markdown = async () => (await languages.getLanguage('markdown'))?.support ?? null;
    extensions.addExtension({ name: 'nbagent:agent-cells', factory: () => EditorExtensionRegistry.createImmutableExtension(agentCells(markdown)) });
  }
};

const words: JupyterFrontEndPlugin<void> = {
  id: 'nbagent-labextension:prose-words',
  description: 'Offers no words of the page in the prose of %%agent cells',
  autoStart: true,
  optional: [ICompletionProviderManager],
  activate: (app: JupyterFrontEnd, manager: ICompletionProviderManager | null) => void app.restored.then(() => manager && keepWordsOut(manager))
};

const decisions: JupyterFrontEndPlugin<void> = {
  id: 'nbagent-labextension:decisions',
  description: 'Carries a paused run on when its saved view is clicked',
  autoStart: true,
  activate: hearDecisions
};

const actions: JupyterFrontEndPlugin<void> = {
  id: 'nbagent-labextension:actions',
  description: 'Copy, read aloud, retry, insert and continue, under an answer and as commands',
  autoStart: true,
  optional: [ICommandPalette],
  activate: hearActions
};

const kernels: JupyterFrontEndPlugin<void> = {
  id: 'nbagent-labextension:kernels',
  description: 'Ends the live views of a kernel that has ended',
  autoStart: true,
  activate: hearKernels
};

// a waterfall: three bars, each beginning later
const traceIcon = new LabIcon({
  name: 'nbagent:traces',
  svgstr: '<svg xmlns="http://www.w3.org/2000/svg" width="24" viewBox="0 0 24 24"><g class="jp-icon3" fill="#616161"><rect x="3" y="4" width="12" height="4" rx="1"/><rect x="7" y="10" width="9" height="4" rx="1"/><rect x="12" y="16" width="9" height="4" rx="1"/></g></svg>'
});

const traces: JupyterFrontEndPlugin<void> = {
  id: 'nbagent-labextension:traces',
  description: 'Runs of agents, in the right sidebar',
  autoStart: true,
  optional: [ICommandPalette, ILayoutRestorer],
  activate: (app: JupyterFrontEnd, palette: ICommandPalette | null, restorer: ILayoutRestorer | null) => {
    const panel = new TracePanel(app);
    panel.title.icon = traceIcon;
    app.shell.add(panel, 'right', { rank: 900 });
    restorer?.add(panel, panel.id);
    const command = 'nbagent:show-traces';
    app.commands.addCommand(command, { label: 'Show Agent Traces', execute: () => app.shell.activateById(panel.id) });
    palette?.addItem({ command, category: CATEGORY });
  }
};

const commands: JupyterFrontEndPlugin<void> = {
  id: 'nbagent-labextension:commands',
  description: 'Cells for agents, stop, and the settings, as commands',
  autoStart: true,
  optional: [ICommandPalette],
  activate: addCommands
};

const settings: JupyterFrontEndPlugin<void> = {
  id: SETTINGS,
  description: 'Tells the kernels of notebooks what is set in JupyterLab',
  autoStart: true,
  requires: [ISettingRegistry],
  activate: tellKernels
};

export default [colours, words, decisions, actions, commands, kernels, traces, settings];
