import { describe, expect, it } from 'vitest';

import { languageOf, tagOf, voiceFor } from '../src/core/language';
import { inBreaths, spoken, spokenAnswer } from '../src/core/spoken';
import { emptyRun, type Item, type RunState } from '../src/core/state';

const words = (markdown: string) => spoken(markdown).map(({ text }) => text);
const state = (items: Item[], fields: Partial<RunState> = {}): RunState => ({ ...emptyRun(), outcome: 'completed', items, ...fields });

describe('Markdown as it is said', () => {
  it.each([
    ['# Weather\n\nIt is **raining** in *Oslo*', ['Weather.', 'It is raining in Oslo.']],
    ['See [the docs](https://docs.example/a?b=c), https://www.site.example/long/path?q=1 or <me@x.example>.', ['See the docs, link to site.example or me@x.example.']],
    ['![a cat](https://x.example/cat.png) and `my_var_name` and R&amp;D, 3 \\* 4', ['image: a cat and my var name and R&D, 3 * 4.']],
    ['Use:\n\n```python\na = 1\nb = 2\n```\n\nThen stop.', ['Use:', 'Code block, 2 lines.', 'Then stop.']],
    ['    x = 1', ['Code block, 1 line.']],
    ['1. First\n2. Second\n   - inner\n\n> quoted', ['1: First.', '2: Second.', 'inner.', 'quoted.']],
    ['- [x] coat\n- [ ] umbrella', ['done: coat.', 'to do: umbrella.']],
    ['Line one\nline two  \nline three\n\n---\n\n*Really?*', ['Line one line two line three.', 'Really?']],
    ['It rains[1] a lot[^2] ☔️🌧 here [12]', ['It rains a lot here.']],
    ['A <b>bold</b> word<br>more <!-- not this -->\n\n<div title="no">Some <i>block</i></div>', ['A bold word more.', 'Some block.']],
    ['Only 1 < 2 and a<b and c>d', ['Only 1 < 2 and a<b and c>d.']]
  ])('%j is %j', (markdown, said) => {
    expect(words(markdown).map(text => text.replace(/ +/g, ' '))).toEqual(said);
  });

  it.each([
    ['So $x^2 + y_1^2 = r^2$ holds', ['So a formula holds.']],
    ['For $n$ and \\(\\alpha\\) and $$\\sum_i a_i * b_i * c_i$$', ['For n and alpha and a formula.']],
    ['$$\n\\int_0^1 x\\,dx\n$$', ['A formula.']],
    ['As follows:\n\n\\[ a * b * c \\]\n\nDone', ['As follows:', 'A formula.', 'Done.']],
    ['\\begin{align}\na &= b\n\\end{align}', ['A formula.']],
    ['It costs $5 and not $10, or $100-$200', ['It costs $5 and not $10, or $100-$200.']],
    ['Say `echo $HOME and $PATH`', ['Say echo $HOME and $PATH.']]
  ])('maths is named, prices are read: %j', (markdown, said) => {
    expect(words(markdown)).toEqual(said);
  });

  it('reads a short table by its rows and of a long one says what it has', () => {
    const table = (rows: number) => `| city | mm |\n|---|---|\n${'| Oslo | 12 |\n'.repeat(rows)}`;
    expect(words(table(2))).toEqual(['Table, 2 rows.', 'city: Oslo, mm: 12.', 'city: Oslo, mm: 12.']);
    expect(words(table(100))).toEqual(['Table, 100 rows.', 'city, mm.']);
  });

  it('has no words where there are none, and knows which are its own', () => {
    expect(words('---\n\n***\n\n☔️')).toEqual([]);
    expect(spoken('Hallo\n\n```\nx\n```')).toEqual([{ text: 'Hallo.' }, { text: 'Code block, 1 line.', ours: true }]);
  });

  it('is of an answer its texts without their sources, and its value by name', () => {
    const items: Item[] = [
      { k: 'reasoning', text: 'hm' },
      { k: 'text', text: 'It rains.', citations: [{ title: 'Weather', url: 'https://w.example' }] },
      { k: 'text', text: 'hidden', folded: true },
      { k: 'output', type: 'City', json: '{"city_name":"Oslo","mm":[1,2],"days":[{"day":"Mon","wet":true}],"note":null}' }
    ];
    expect(spokenAnswer(state(items)).map(({ text }) => text)).toEqual(['It rains.', 'city name: Oslo.', 'mm: 1, 2.', 'day: Mon.', 'wet: true.', 'note: none.']);
    const many = JSON.stringify(Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, i])));
    expect(spokenAnswer(state([{ k: 'output', type: 'M', json: many }])).at(-1)).toEqual({ text: 'And 60 more values.', ours: true });
    expect(spokenAnswer(state([{ k: 'text', text: '{"a": "b"}' }], { output: 'T' })).map(({ text }) => text)).toEqual(['a: b.']);
    expect(spokenAnswer(state([{ k: 'output', type: 'M', json: '{"a": ' }]))).toEqual([{ text: 'A value that is not finished.', ours: true }]);
  });
});

describe('a long text', () => {
  it.each([
    ['sentences', 'Take a coat and a good umbrella with you. '.repeat(50), 'en'],
    ['one sentence of clauses', 'take a coat, '.repeat(100), 'en'],
    ['words without an end', 'umbrella '.repeat(100), 'en'],
    ['one word', 'x'.repeat(1000), 'en'],
    ['Chinese', '今天下雨，请带伞。'.repeat(40), 'zh'],
    ['a language that nobody knows', 'Hello there. '.repeat(50), '']
  ])('is said in breaths that lose nothing: %s', (_, text, language) => {
    const breaths = inBreaths(text, language);
    const limit = language === 'zh' ? 65 : 180;
    expect(Math.max(...breaths.map(each => each.length))).toBeLessThanOrEqual(limit);
    expect(Math.min(...breaths.slice(0, -1).map(each => each.length))).toBeGreaterThan(limit / 3);
    expect(breaths.join(' ').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
  });

  it('is cut between sentences, and a short one is not cut', () => {
    expect(inBreaths('One is 3.5 mm. Two.', 'en')).toEqual(['One is 3.5 mm. Two.']);
    const long = inBreaths('Take a coat and a good umbrella with you. '.repeat(9), 'en');
    expect(new Set(long.map(each => each.at(-1)))).toEqual(new Set(['.']));
  });
});

describe('the language', () => {
  it.each([
    ['The rain is here and it is of the kind that you know.', 'en-GB'],
    ['Der Regen ist da und das ist nicht schön, auf Wiedersehen.', 'de'],
    ['Le temps est mauvais dans les rues et pas pour vous.', 'fr'],
    ['El tiempo es malo y los ríos están llenos, pero con una barca.', 'es'],
    ['Здравствуйте, идёт дождь', 'uk'],
    ['今日は雨が降っています', 'ja'],
    ['今天下雨，请带伞', 'zh'],
    ['오늘은 비가 옵니다', 'ko'],
    ['مرحبا بالعالم', 'ar'],
    ['42', 'en-GB'],
    ['Oslo, Bergen', 'en-GB']
  ])('of %j is %s', (text, language) => {
    expect(languageOf(text, ['en-GB', 'uk'])).toBe(language);
  });

  it('has a tag, whatever a page calls it', () => {
    expect(['en_us', 'de', '', 'not a language', 'x'].map(tagOf)).toEqual(['en-US', 'de', '', '', '']);
  });

  it('has a voice of this machine and of the region of the reader where there is one', () => {
    const voice = (name: string, lang: string, localService = true, standard = false) => ({ name, lang, localService, default: standard });
    const voices = [voice('net', 'en-US', false, true), voice('gb', 'en_GB'), voice('us', 'en-US'), voice('de', 'de'), voice('cmn', 'cmn', true), voice('fr net', 'fr-FR', false)];
    const name = (tag: string) => voiceFor(tag, voices, ['en-GB', 'de-DE'])?.name;
    expect(['en', 'en-US', 'de-AT', 'zh', 'fr', 'sv'].map(name)).toEqual(['gb', 'us', 'de', 'cmn', 'fr net', undefined]);
  });
});
