import { describe, expect, it } from 'vitest';

import { again, named } from '../src/core/again';
import { matching, Recent } from '../src/core/models';
import { assignment, said } from '../src/core/told';

describe('the same prompt for another model', () => {
  const cell = (source: string, others: string[] = []) => again(source, 'openai:gpt-6-luna', [source, ...others]);
  it.each([
    ['%%agent\nWhere?', '%%agent main-2 --fork main -m openai:gpt-6-luna\nWhere?'],
    ['%%agent trip -m local: -T get_*\nWhere?\n\nAnd when?', '%%agent trip-2 --fork trip -m openai:gpt-6-luna -T get_*\nWhere?\n\nAnd when?'],
    ['%%agent --session trip --model=x -p temperature 0 -s "In one line."\nHi', '%%agent trip-2 --fork trip -m openai:gpt-6-luna -p temperature 0 -s "In one line."\nHi'],
    ['%%agent trip --new -o found --file a.png\nHi', '%%agent trip-2 --fork trip -m openai:gpt-6-luna --file a.png\nHi'],
    ['%%agent found << trip\nHi', '%%agent trip-2 --fork trip -m openai:gpt-6-luna\nHi'],
    ['%agent -m local: Tell me of {{ city }}.', '%%agent main-2 --fork main -m openai:gpt-6-luna\nTell me of {{ city }}.'],
    ['x = %agent --session a -- -5 degrees?', '%%agent a-2 --fork a -m openai:gpt-6-luna\n-5 degrees?'],
    ['%%agent -m openai:gpt-5 --base-url http://here/v1\nHi', '%%agent main-2 --fork main -m openai:gpt-6-luna --base-url http://here/v1\nHi'],
    ['%%agent -m openai-chat:x --base-url http://here/v1 -p n 1\nHi', '%%agent main-2 --fork main -m openai:gpt-6-luna -p n 1\nHi'],
    ['%%agent --base-url=http://here/v1\nHi', '%%agent main-2 --fork main -m openai:gpt-6-luna\nHi'],
    ['%%agent trip-2 --fork trip -m local:\nHi', '%%agent trip-3 --fork trip -m openai:gpt-6-luna\nHi']
  ])('%s', (source, made) => expect(cell(source)).toBe(made));
  it('takes no name that another cell has', () => expect(cell('%%agent trip\nHi', ['%%agent trip-2\nx', '%%agent trip-3\ny'])).toMatch(/^%%agent trip-4 --fork trip /));
  it('quotes a model that would be two words', () => expect(again('%%agent\nHi', "my model's", [])).toContain(`-m 'my model'"'"'s'`));
  it.each(['%agent --resume 1234', 'x = 1', '%%agents\nx'])('is none of %s', source => expect(cell(source)).toBeNull());
});

describe('the models of a notebook', () => {
  it('are those that its cells name, the last first', () =>
    expect(named(['%%agent -m a:1\nx', '%agent --model=b:2 x', '%%agent -m a:1\ny', "%%agent -m 'c 3'\nz", '%%agent -m {{ m }}\nz'])).toEqual(['c 3', 'a:1', 'b:2']));
  it('are filtered by words, and what begins so comes first', () => {
    expect(matching(['b:gpt', 'gpt:a', 'gpt:a', 'x'], 'GPT')).toEqual(['gpt:a', 'b:gpt']);
    expect(matching(['openai:gpt-6', 'azure:gpt-6-mini'], 'mini gpt')).toEqual(['azure:gpt-6-mini']);
  });
  it('that were chosen are kept, also where nothing can be kept', () => {
    const kept = new Map<string, string>();
    const recent = new Recent({ getItem: key => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) });
    for (const model of ['a', 'b', 'a']) recent.add(model);
    expect(recent.models()).toEqual(['a', 'b']);
    const none = new Recent({ getItem: () => '{', setItem: () => { throw new Error('full'); } });
    none.add('a');
    expect(none.models()).toEqual([]);
  });
});

describe('the settings of the page', () => {
  it('are those that were said, and parameters are read as -p reads them', () =>
    expect(said({ model: null, system: '', max_steps: 3, stream: false, params: { temperature: '0.2', effort: 'high' } })).toEqual({
      max_steps: 3, stream: false, params: { temperature: 0.2, effort: 'high' }
    }));
  it('are one line of ASCII, whatever is in them', () => {
    const code = assignment({ system: 'a"b\\n\n\u2028 é 🙂 {{ x }}' });
    expect(code).toMatch(/^[\x20-\x7e]+$/);
    const literal = /loads\((".*")\)$/.exec(code)![1]!;
    expect(JSON.parse(JSON.parse(literal) as string)).toEqual({ system: 'a"b\\n\n\u2028 é 🙂 {{ x }}' });
  });
});
