/** The language of a text, as far as the text tells it, and the voice for a language. */

/** Languages by the script that they are written in, where it is not the Latin one. */
const SCRIPTS: [script: RegExp, languages: string[]][] = [
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/gu, ['ja']], // before Han, which Japanese has too
  [/\p{Script=Hangul}/gu, ['ko']],
  [/\p{Script=Han}/gu, ['zh']],
  [/\p{Script=Cyrillic}/gu, ['ru', 'uk', 'bg', 'sr', 'mk', 'be', 'kk']],
  [/\p{Script=Greek}/gu, ['el']],
  [/\p{Script=Arabic}/gu, ['ar', 'fa', 'ur']],
  [/\p{Script=Hebrew}/gu, ['he']],
  [/\p{Script=Devanagari}/gu, ['hi', 'mr', 'ne']],
  [/\p{Script=Thai}/gu, ['th']]
];
/** Words that are in nearly every sentence of a language, and in hardly one of another. */
const WORDS: Record<string, string> = {
  en: 'the and is are of to with that this for you it be not which from',
  de: 'der das und ist sind nicht ein eine mit auf für sie ich wird auch dem den zu',
  fr: 'le les des est une dans pour pas vous avec sont cette qui sur aux ou',
  es: 'el los las una para con por es son pero más como está del y su',
  it: 'il gli della che è sono una per non con questo nel anche di lo',
  pt: 'os uma não com para são mas mais como está do da em você um',
  nl: 'het een van niet zijn voor met dat deze ook wordt op je de'
};
const VOTES = Object.entries(WORDS).map(([language, words]): [string, Set<string>] => [language, new Set(words.split(' '))]);
const ENOUGH = 4; // words: fewer say nothing

const primary = (tag: string): string => tag.toLowerCase().split(/[-_]/)[0]!;
const times = (text: string, what: RegExp): number => text.match(what)?.length ?? 0;

/**
 * A language tag. `likely` are those of the page and its reader, the most likely first: they hold where the text is too
 * short to tell, and say which of the languages that share a script it is; '' where there are none.
 */
export function languageOf(text: string, likely: readonly string[]): string {
  const start = text.slice(0, 4000);
  const letters = times(start, /\p{L}/gu);
  for (const [script, languages] of SCRIPTS) {
    if (times(start, script) > letters * (languages[0] === 'ja' ? 0.1 : 0.5)) return likely.find(tag => languages.includes(primary(tag))) ?? languages[0]!;
  }
  const words = start.toLowerCase().match(/\p{L}+/gu) ?? [];
  const [best, second] = VOTES.map(([language, set]) => ({ language, votes: words.filter(word => set.has(word)).length })).sort((a, b) => b.votes - a.votes);
  if (best!.votes < ENOUGH || best!.votes < second!.votes * 2) return likely[0] ?? '';
  return likely.find(tag => primary(tag) === best!.language) ?? best!.language;
}

/** What a page calls a language, as the tag that it should be; '' where it is none. */
export function tagOf(name: string): string {
  try {
    return name ? Intl.getCanonicalLocales(name.replace('_', '-'))[0]! : '';
  } catch {
    return '';
  }
}

/** What a language is called where voices are listed, besides its own tag. */
const ALSO: Record<string, string[]> = { zh: ['cmn'], no: ['nb', 'nn'], nb: ['no'], nn: ['no'] };

/** The voice to read a language with: one of this machine before one that sends the text away, of the reader's region; null where there is none. */
export function voiceFor<V extends Pick<SpeechSynthesisVoice, 'lang' | 'localService' | 'default'>>(tag: string, voices: readonly V[], regions: readonly string[]): V | null {
  const wanted = [primary(tag), ...(ALSO[primary(tag)] ?? [])];
  const named = (voice: V) => voice.lang.toLowerCase().replace('_', '-');
  const near = [tag, ...regions].map(each => each.toLowerCase());
  const worth = (voice: V) => (voice.localService ? 8 : 0) + (named(voice) === near[0] ? 4 : 0) + (near.includes(named(voice)) ? 2 : 0) + (voice.default ? 1 : 0);
  let best: V | null = null;
  for (const voice of voices) if (wanted.includes(primary(voice.lang)) && (!best || worth(voice) > worth(best))) best = voice;
  return best;
}
