import { describe, expect, it } from 'vitest';

import { keepWordsOut } from '../src/prose-words';

describe('words of the page', () => {
  const of = (source: string) => ({ editor: { model: { sharedModel: { getSource: () => source } } } });

  it('are offered everywhere but in cells of agents, and what else is offered stays', async () => {
    const provider = (applies: boolean) => ({ isApplicable: async () => applies });
    const [words, kernel] = [provider(true), provider(true)];
    keepWordsOut({ getProviders: () => new Map([['CompletionProvider:context', words], ['CompletionProvider:kernel', kernel]]) });
    const seen = async (source: string) => [await words.isApplicable(of(source) as never), await kernel.isApplicable(of(source) as never)];
    expect(await Promise.all(['%%agent\nHi', ' %%agent trip', 'x = 1', '%%agents', 'print()\n%%agent'].map(seen))).toEqual([[false, true], [false, true], [true, true], [true, true], [true, true]]);
    expect(await words.isApplicable({} as never)).toBe(true);
  });

  it('stay where they do not apply anyway, and a page without them is as good', async () => {
    const words = { isApplicable: async () => false };
    keepWordsOut({ getProviders: () => new Map([['CompletionProvider:context', words]]) });
    expect(await words.isApplicable(of('x') as never)).toBe(false);
    keepWordsOut({ getProviders: () => new Map() });
  });
});
