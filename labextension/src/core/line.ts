/** The line of an agent's magic, as far as a page needs to understand it: its words, and which of them belong together. */

import { VALUES } from './values';

export const MAGIC = /^[ \t]*(?:\w+[ \t]*=[ \t]*)?(%%?agent)(?![\w-])[ \t]*(.*)$/m;
export const WORD = /(?:\{\{.*?\}\}|"(?:\\.|[^"\\])*"|'[^']*'|\\.|\S)+/g;
/** An option with its values, or a word beside them (`option` is ''), and where in the line it begins. */
export interface Part {
  option: string;
  words: string[];
  at: number;
}

/** What stands behind the magic: `NAME <<` is left out, and nothing is read behind `--`. */
export function options(rest: string): Part[] {
  const target = /^\w+\s*<<\s*/.exec(rest)?.[0].length ?? 0;
  const words = [...rest.slice(target).matchAll(WORD)];
  const parts: Part[] = [];
  for (let i = 0; i < words.length; i++) {
    const [text] = words[i]!;
    const at = target + words[i]!.index;
    if (text === '--') {
      const next = words[i + 1];
      if (next) parts.push({ option: '', words: [next[0]], at: target + next.index });
      break;
    }
    if (!text.startsWith('-')) {
      parts.push({ option: '', words: [text], at });
      continue;
    }
    const [option = '', value] = text.split(/=(.*)/s);
    const end = i + (value === undefined ? (VALUES[option] ?? 0) : 0);
    parts.push({ option, words: words.slice(i, end + 1).map(each => each[0]), at });
    i = end;
  }
  return parts;
}
