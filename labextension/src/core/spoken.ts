/**
 * An answer as it is said: prose without its markup.
 *
 * What nobody wants to hear character by character (code, formulas, addresses, long tables) is named and not read.
 */

import { Marked, type Token, type Tokens } from 'marked';

import type { RunState } from './state';

/** `ours`: words of this page about the answer, in English whatever the answer's language. */
export interface Said {
  text: string;
  ours?: boolean;
}

/** Not `<b and c>`, which is prose. */
const TAG = /^<(?:!--|[!?]|\/?[a-z][\w-]*(?:\s[^>]*=[^>]*)?\s*\/?>)/i;
const ROWS = 8; // of a table, at most: of a longer one its size and columns are said
const VALUES = 40; // of a typed answer, at most
const BLOCK = /^ {0,3}(?:\$\$[\s\S]+?\$\$|\\\[[\s\S]+?\\\]|\\begin\{([a-z]+\*?)\}[\s\S]+?\\end\{\1\})[ \t]*(?:\n+|$)/;
const INLINE = /^(?:\$\$([^$]+)\$\$|\\\[(.+?)\\\]|\\\((.+?)\\\)|\$(?!\s)((?:\\.|[^$\\\n])+?)(?<!\s)\$(?!\d))/;

const marked = new Marked({ gfm: true });
marked.use({
  extensions: [
    { name: 'formula', level: 'block', start: begins, tokenizer: source => formula(BLOCK.exec(source)) },
    { name: 'formula', level: 'inline', start: source => /\$|\\[[(]/.exec(source)?.index, tokenizer: source => formula(INLINE.exec(source)) }
  ]
});

/** Where a paragraph ends because a formula begins: at a line's begin. */
function begins(source: string): number | undefined {
  const line = /\n(?= {0,3}(?:\$\$|\\\[|\\begin\{))/.exec(source);
  return line ? line.index + 1 : undefined;
}

function formula(found: RegExpExecArray | null): Tokens.Generic | undefined {
  return found ? { type: 'formula', raw: found[0], text: found.slice(1).find(Boolean) ?? '' } : undefined;
}

/** What is said of an answer; nothing where it has no words. */
export function spokenAnswer(state: RunState): Said[] {
  return state.items.flatMap(item => {
    if (item.k === 'output') return value(item.json);
    if (item.k !== 'text' || item.folded) return [];
    return state.output !== null && /^\s*[{[]/.test(item.text) ? value(item.text) : spoken(item.text);
  });
}

/** Markdown as it is said, a block at a time. */
export const spoken = (markdown: string): Said[] => blocks(marked.lexer(markdown));

const blocks = (tokens: Token[]): Said[] => tokens.flatMap(block).filter(({ text }) => /[\p{L}\p{N}]/u.test(text));

function block(token: Token): Said[] {
  switch (token.type) {
    case 'code':
      return [ours(`Code block, ${counted(token.text.split('\n').length, 'line')}.`)];
    case 'table':
      return table(token as Tokens.Table);
    case 'list':
      return (token as Tokens.List).items.flatMap((item, i) => listed(item, token.ordered ? `${Number(token.start || 1) + i}: ` : ''));
    case 'blockquote':
      return blocks(token.tokens ?? []);
    case 'formula':
      return [ours('A formula.')];
    case 'html':
      return [ended(prose(untagged(token.text)))];
    case 'heading':
    case 'paragraph':
    case 'text':
      return [ended(prose(inline(token)))];
    default:
      return [];
  }
}

function listed(item: Tokens.ListItem, number: string): Said[] {
  const [first, ...rest] = blocks(item.tokens);
  const mark = item.task ? (item.checked ? 'done: ' : 'to do: ') : '';
  return first ? [first.ours ? first : { text: number + mark + first.text }, ...rest] : [];
}

function table({ header, rows }: Tokens.Table): Said[] {
  const columns = header.map(cell => prose(cellText(cell)));
  const size = ours(`Table, ${counted(rows.length, 'row')}.`);
  if (rows.length > ROWS) return [size, ended(columns.filter(Boolean).join(', '))];
  const row = (cells: Tokens.TableCell[]) =>
    cells.map((cell, i) => [columns[i], prose(cellText(cell))].filter(Boolean).join(': ')).filter(Boolean).join(', ');
  return [size, ...rows.map(cells => ended(row(cells)))];
}

const cellText = (cell: Tokens.TableCell): string => cell.tokens.map(inline).join('');

/** The words of a token within a block. */
function inline(token: Token): string {
  switch (token.type) {
    case 'codespan':
      return decoded(token.text).replace(/_+/g, ' ');
    case 'br':
      return ' ';
    case 'html':
      return TAG.test(token.text) ? ' ' : token.text;
    case 'image':
      return token.text ? `image: ${token.text}` : '';
    case 'link':
      return link(token as Tokens.Link);
    case 'formula':
      return named(token as Tokens.Generic);
    case 'escape':
      return token.text;
    case 'checkbox':
      return '';
    default: {
      const inner = 'tokens' in token ? token.tokens : undefined;
      return inner ? inner.map(inline).join('') : 'text' in token ? decoded(token.text) : '';
    }
  }
}

/** An address is not spelled: the site that it leads to is enough. */
function link({ href, text, tokens }: Tokens.Link): string {
  const site = /^(?:https?:\/\/|www\.)(?:www\.)?([^/?#:]+)/i;
  return site.test(text) ? `link to ${site.exec(text)![1]!}` : tokens.length ? tokens.map(inline).join('') : (site.exec(href)?.[1] ?? '');
}

/** A formula that is one name or number is said, any other only named. */
function named({ text }: Tokens.Generic): string {
  const short = /^\s*\\?([A-Za-z]+|\d+(?:[.,]\d+)?)\s*$/.exec(text as string);
  return short ? short[1]! : 'a formula';
}

/** A typed answer: its values with their names. */
function value(json: string): Said[] {
  let read: unknown;
  try {
    read = JSON.parse(json);
  } catch {
    return [ours('A value that is not finished.')];
  }
  const told = values(read, '');
  return told.length > VALUES ? [...told.slice(0, VALUES), ours(`And ${told.length - VALUES} more values.`)] : told;
}

function values(of: unknown, name: string): Said[] {
  if (Array.isArray(of)) {
    if (of.some(each => typeof each === 'object')) return of.flatMap((each, i) => values(each, `${name} ${i + 1}`.trim()));
    return of.length ? values(of.join(', '), name) : [];
  }
  if (typeof of === 'object' && of !== null) return Object.entries(of).flatMap(([key, each]) => values(each, key.replace(/_+/g, ' ')));
  const [first, ...rest] = typeof of === 'string' ? spoken(of) : [{ text: of === null ? 'none.' : `${String(of)}.` }];
  return first ? [{ ...first, text: name ? `${name}: ${first.text}` : first.text }, ...rest] : [];
}

const ours = (text: string): Said => ({ text, ours: true });
const counted = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
const untagged = (html: string): string => decoded(html.replace(/<!--[\s\S]*?(?:-->|$)|<[^>]*>/g, ' '));

/** `&amp;` and its like as the characters that they are. */
function decoded(text: string): string {
  return text.includes('&') ? (new DOMParser().parseFromString(`<p>${text.replace(/</g, '&lt;')}`, 'text/html').body.textContent ?? '') : text;
}

const EMOJI = /(?![©®™])\p{Extended_Pictographic}|[\p{Emoji_Modifier}\p{Regional_Indicator}\uFE0F\u200D]/gu;

/** Without what is there for the eye: marks of notes, emoji, line ends. */
function prose(text: string): string {
  return text.replace(/\[\^?\d+\]|\[\^[^\]]+\]/g, '').replace(EMOJI, '').replace(/\s+/g, ' ').trim();
}

/** A block ends a sentence. */
const ended = (text: string): Said => ({ text: /[.!?:;…。！？]["'”’»)\]]*$/.test(text) || !text ? text : `${text}.` });

/** Characters that a voice takes three times as long for. */
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;
const LIMIT = 180; // in Latin letters, some 13 s: Chromium's voices from the net fall silent after 15 s
const length = (text: string): number => text.length + 2 * (text.match(WIDE)?.length ?? 0);

/** A text in pieces that a voice says in one go: sentences, where they are too long clauses, words, characters. */
export function inBreaths(text: string, language: string): string[] {
  const sentences = (all: string) => [...new Intl.Segmenter(language || undefined, { granularity: 'sentence' }).segment(all)].map(({ segment }) => segment);
  const cuts = [sentences, (all: string) => all.split(/(?<=[,;:–—，、；：])/u), (all: string) => all.split(/(?<=\s)/), (all: string) => [...all]];
  const fit = (all: string, depth: number): string[] => {
    if (length(all) <= LIMIT || depth === cuts.length) return [all];
    const fitted: string[] = [];
    for (const piece of cuts[depth]!(all).flatMap(part => fit(part, depth + 1))) {
      const last = fitted.at(-1);
      if (last !== undefined && length(last + piece) <= LIMIT) fitted[fitted.length - 1] = last + piece;
      else fitted.push(piece);
    }
    return fitted;
  };
  return fit(text, 0).map(piece => piece.trim()).filter(Boolean);
}
