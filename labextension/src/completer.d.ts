/** What is used of the page's completer. Its package is the page's own: only the token is taken from it, at run time. */

declare module '@jupyterlab/completer' {
  import type { Token } from '@lumino/coreutils';

  export interface ICompletionContext {
    editor?: { model: { sharedModel: { getSource(): string } } } | null;
  }

  export interface ICompletionProvider {
    isApplicable(context: ICompletionContext): Promise<boolean>;
  }

  export interface ICompletionProviderManager {
    getProviders(): Map<string, ICompletionProvider>;
  }

  export const ICompletionProviderManager: Token<ICompletionProviderManager>;
}
