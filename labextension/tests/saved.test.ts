import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { answerOf } from '../src/core/answer';
import { Run } from '../src/core/run';
import { readState } from '../src/core/saved';
import { RunView } from '../src/core/view';

const folder = join(__dirname, '../../tests/fixtures/saved');
/** The words of Markdown, the languages of code aside. */
const words = (text: string) => text.replace(/```\w+/g, '').match(/[a-zA-Z]{4,}/g) ?? [];

describe.each(readdirSync(folder))('%s, saved by an older version', name => {
  const states = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { items: { k: string; text?: string; name?: string; result?: string; folded?: boolean }[]; outcome: string }[];

  it.each(states.map((state, i) => [i, state.outcome, state] as const))('run %i, %s, is drawn with all that it has', (_i, _outcome, raw) => {
    const state = readState(raw)!;
    expect(state.items.map(item => item.k)).toEqual(raw.items.map(item => item.k));
    const { el } = new RunView(new Run(state));
    for (const item of raw.items) {
      if (item.folded) continue;
      for (const word of words(item.text ?? '').slice(0, 50)) expect(el.textContent).toContain(word);
      if (item.name && !item.name.startsWith('final_result')) expect(el.textContent).toContain(item.name);
    }
    expect(el.querySelector('.nba-stop:not([hidden])')).toBeNull();
    expect(answerOf(state)).toContain(raw.items.findLast(item => item.k === 'text' && !item.folded)?.text?.trim() ?? '');
  });
});

it('a version that is not known yet is not drawn by guess', () => expect(readState({ v: 2, items: [] })).toBeNull());
