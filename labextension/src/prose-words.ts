/** In an agent's cell the page offers no words of its own while one types: of prose they are whole paragraphs. What the kernel offers stays. */

import type { ICompletionContext, ICompletionProviderManager } from '@jupyterlab/completer';

import { beginsAgentCell } from './core/first-line';

/** JupyterLab's provider of the words that stand in the editor. */
const WORDS = 'CompletionProvider:context';

const isProse = (context: ICompletionContext): boolean => beginsAgentCell(context.editor?.model.sharedModel.getSource().split('\n', 1)[0] ?? '');

/** Keep them out of agents' cells. No provider can silence another, so the one that there is is asked less. */
export function keepWordsOut(manager: ICompletionProviderManager): void {
  const words = manager.getProviders().get(WORDS);
  if (!words) return;
  const applies = words.isApplicable.bind(words);
  words.isApplicable = async context => !isProse(context) && applies(context);
}
