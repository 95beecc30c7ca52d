/** The JupyterLab plugins: colours for %%agent cells, and decisions on saved runs that wait. Saved runs are shown by `mime.ts`. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { EditorExtensionRegistry, IEditorExtensionRegistry, IEditorLanguageRegistry } from '@jupyterlab/codemirror';

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

export default [colours, decisions];
