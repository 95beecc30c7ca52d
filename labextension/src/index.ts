/** The JupyterLab plugins: colours for %%agent cells, decisions on saved runs that wait, what is done with an answer. Saved runs are shown by `mime.ts`. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { EditorExtensionRegistry, IEditorExtensionRegistry, IEditorLanguageRegistry } from '@jupyterlab/codemirror';

import { hearActions } from './actions';
import { agentCells } from './agent-cells';
import { hearDecisions } from './decisions';

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

const decisions: JupyterFrontEndPlugin<void> = {
  id: 'nbagent-labextension:decisions',
  description: 'Carries a paused run on when its saved view is clicked',
  autoStart: true,
  activate: hearDecisions
};

const actions: JupyterFrontEndPlugin<void> = {
  id: 'nbagent-labextension:actions',
  description: 'Copy, retry, insert and continue, under an answer and as commands',
  autoStart: true,
  optional: [ICommandPalette],
  activate: hearActions
};

export default [colours, decisions, actions];
