/**
 * JSON text as a tree of what is there so far: any prefix of a document gives the values that have begun. Numbers stay
 * the text that they were, so that what is shown is what was sent.
 */

import { stringEnd, unquote } from './json';

export type Node =
  | { t: 'object'; entries: [key: string, node: Node][] }
  | { t: 'array'; items: Node[] }
  | { t: 'text'; text: string }
  | { t: 'word'; text: string };

/** Deeper than this nothing is taken apart. */
const DEEPEST = 60;
const FENCE = /^\s*```(?:json)?\s*/;

/** The document that begins at the text's start, fenced or not; null where none has begun. */
export function tree(text: string): Node | null {
  const source = text.replace(FENCE, '').replace(/\s*```\s*$/, '');
  let at = 0;
  const space = () => {
    while (at < source.length && /[\s,]/.test(source[at]!)) at++;
  };
  const key = (): string => {
    const start = at;
    at = source[at] === '"' ? stringEnd(source, at) : at + (/^[^:,{}[\]\s]*/.exec(source.slice(at, at + 200))![0].length || 1);
    return source[start] === '"' ? unquote(source.slice(start, at)) : source.slice(start, at);
  };
  const node = (depth: number): Node | null => {
    space();
    const c = source[at];
    if (c === undefined || depth > DEEPEST) return null;
    if (c === '{' || c === '[') {
      at++;
      const entries: [string, Node][] = [];
      for (;;) {
        space();
        if (at >= source.length) break;
        if (source[at] === '}' || source[at] === ']') {
          at++;
          break;
        }
        const name = c === '{' ? key() : '';
        if (c === '{') while (at < source.length && /[\s:]/.test(source[at]!)) at++;
        const value = c === '{' && at >= source.length ? ({ t: 'word', text: '' } as Node) : node(depth + 1);
        if (value === null) break;
        entries.push([name, value]);
      }
      return c === '{' ? { t: 'object', entries } : { t: 'array', items: entries.map(([, value]) => value) };
    }
    if (c === '"') return { t: 'text', text: key() };
    const word = /^[^\s,\]}]*/.exec(source.slice(at, at + 400))![0] || c;
    at += word.length;
    return { t: 'word', text: word };
  };
  return node(0);
}

export const plain = (node: Node): boolean => node.t === 'text' || node.t === 'word';
/** An object whose values fit into the cells of a row. */
const flat = (node: Node): boolean =>
  node.t === 'object' && node.entries.every(([, value]) => plain(value) || (value.t === 'array' && value.items.length <= 8 && value.items.every(plain)));
/** A list of objects that can be the rows of a table. */
export const tabular = (node: Node): boolean => node.t === 'array' && node.items.length > 0 && node.items.every(flat);

/** A value on one line. */
export function line(node: Node): string {
  if (node.t === 'array') return node.items.map(line).join(', ');
  return node.t === 'object' ? node.entries.map(([key, value]) => `${key}: ${line(value)}`).join(', ') : node.text;
}
