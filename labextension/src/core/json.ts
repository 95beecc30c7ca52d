/**
 * JSON text for people, also while it is still arriving. It is laid out as text and never parsed into numbers, so that
 * what is shown is what was sent.
 */

const SPACE = /\s/;

/** Where the string that begins at `start` ends (after its quote), or the text's end. */
export function stringEnd(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i + 1;
  }
  return text.length;
}

/** Marks that turn the order of what stands behind them, with which a text could look like another one. */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/g;

/** The text with such marks as JSON writes them: `\u202e`. */
export const unturned = (text: string): string => text.replace(TURNS, mark => `\\u${mark.charCodeAt(0).toString(16)}`);

/** Indented by two spaces, empty brackets kept together. */
export function pretty(text: string): string {
  let out = '';
  let depth = 0;
  const line = () => '\n' + '  '.repeat(Math.max(0, depth));
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === '"') {
      const end = stringEnd(text, i);
      out += text.slice(i, end);
      i = end - 1;
    } else if (c === '{' || c === '[') {
      let next = i + 1;
      while (next < text.length && SPACE.test(text[next]!)) next++;
      if (text[next] === '}' || text[next] === ']') {
        out += c + text[next]!;
        i = next;
      } else {
        depth++;
        out += c + line();
      }
    } else if (c === '}' || c === ']') {
      depth--;
      out += line() + c;
    } else if (c === ',') out += c + line();
    else if (c === ':') out += ': ';
    else if (!SPACE.test(c)) out += c;
  }
  return out;
}

/** On one line, all values as they were written. */
export function compact(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"') {
      const end = stringEnd(text, i);
      out += text.slice(i, end);
      i = end - 1;
    } else if (!SPACE.test(text[i]!)) out += text[i]!;
  }
  return out;
}

/** A JSON string, perhaps cut in the middle of an escape, as the text it stands for. */
export function unquote(raw: string): string {
  const whole = raw.length > 1 && stringEnd(raw, 0) === raw.length && raw.endsWith('"') ? raw : raw.replace(/\\(?:u[0-9a-fA-F]{0,3})?$/, '') + '"';
  try {
    return JSON.parse(whole) as string;
  } catch {
    return raw.slice(1);
  }
}

/** The entries of an object that may still be arriving, values as they stand there; null where the text is no object. */
export function entries(text: string): [key: string, raw: string][] | null {
  const found: [string, string][] = [];
  let i = 0;
  const skip = () => {
    while (i < text.length && SPACE.test(text[i]!)) i++;
  };
  skip();
  if (text[i] !== '{') return null;
  i++;
  for (;;) {
    skip();
    if (i >= text.length || text[i] === '}') break;
    if (text[i] !== '"') return null;
    const keyEnd = stringEnd(text, i);
    const key = unquote(text.slice(i, keyEnd));
    i = keyEnd;
    skip();
    if (i >= text.length) {
      found.push([key, '']);
      break;
    }
    if (text[i] !== ':') return null;
    i++;
    skip();
    const start = i;
    for (let depth = 0; i < text.length; i++) {
      const c = text[i]!;
      if (c === '"') i = stringEnd(text, i) - 1;
      else if (c === '{' || c === '[') depth++;
      else if (c === '}' || c === ']') {
        if (depth === 0) break;
        depth--;
      } else if (c === ',' && depth === 0) break;
    }
    found.push([key, text.slice(start, i).trimEnd()]);
    if (text[i] === ',') i++;
  }
  skip();
  return i < text.length - 1 && text.slice(i + 1).trim() ? null : found;
}

/** What is wrong with the text as JSON, in one line; null where nothing is. */
export function fault(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? null : 'The arguments are a JSON object: {"name": value}.';
  } catch (error) {
    return (error as Error).message.split('\n')[0] ?? 'This is not JSON.';
  }
}

/** Whether all of the text is one object or list. Text may begin like one: a log's `[2026-11-21 10:00] INFO`. */
export function isValue(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A tool's result laid out where it is JSON, otherwise as it is. */
export const readable = (text: string): string => (text.length >= 72 && isValue(text) ? pretty(text) : text);
