/** The JupyterLab plugin: colours for %%agent cells. Saved runs are shown by `mime.ts`. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { EditorExtensionRegistry, IEditorExtensionRegistry, IEditorLanguageRegistry } from '@jupyterlab/codemirror';

import { agentCells } from './agent-cells';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'nbagent-labextension:agent-cells',
  description: 'Shows %%agent cells as Markdown',
  autoStart: true,
  requires: [IEditorExtensionRegistry, IEditorLanguageRegistry],
  activate: (_app: JupyterFrontEnd, extensions: IEditorExtensionRegistry, languages: IEditorLanguageRegistry) => {
    const markdown = async () => (await languages.getLanguage('markdown'))?.support ?? null;
    extensions.addExtension({ name: 'nbagent:agent-cells', factory: () => EditorExtensionRegistry.createImmutableExtension(agentCells(markdown)) });
  }
};

export default plugin;
