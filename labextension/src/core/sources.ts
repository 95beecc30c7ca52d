/** The sources that a model gives for its text: numbered under it, and small numbers where they stand behind a passage. */

import { h } from './dom';
import { address, link } from './files';
import type { Citation } from './state';

/** A place in the text, until it is drawn: characters of the private use area, one a source. */
const FIRST = 0xe000;
const MOST = 500;
/** What no number is put into: a link's address, an address by itself, code. */
const WHOLE = /\]\([^)]*\)|https?:\/\/\S+|`[^`]*`/g;

export interface Source extends Citation {
  number: number;
}

/** Each source once, in the order in which they are named. */
export function numbered(citations: Citation[]): Map<string, Source> {
  const found = new Map<string, Source>();
  for (const citation of citations.slice(0, MOST)) {
    const key = citation.url ?? `${citation.title ?? ''}\n${citation.text ?? ''}`;
    if (!found.has(key)) found.set(key, { ...citation, number: found.size + 1 });
  }
  return found;
}

const keyOf = (citation: Citation): string => citation.url ?? `${citation.title ?? ''}\n${citation.text ?? ''}`;

/** The text with a mark behind every passage that has a source. */
export function marked(text: string, citations: Citation[], sources: Map<string, Source>): string {
  const characters = Array.from(text); // the kernel counts code points
  if (characters.some(c => c.charCodeAt(0) >= FIRST && c.charCodeAt(0) < FIRST + MOST)) return text;
  const places = new Map<number, Set<number>>();
  for (const citation of citations) {
    const source = sources.get(keyOf(citation));
    if (source && citation.end !== undefined && citation.end > 0 && citation.end <= characters.length) {
      const place = characters.slice(0, citation.end).join('').length;
      places.set(place, (places.get(place) ?? new Set()).add(source.number));
    }
  }
  const moved = new Map<number, Set<number>>();
  const whole = [...text.matchAll(WHOLE)].map(match => [match.index, match.index + match[0].length] as const);
  for (const [place, numbers] of places) {
    const within = whole.find(([start, end]) => start < place && place < end);
    const at = within ? within[1] : place;
    moved.set(at, new Set([...(moved.get(at) ?? []), ...numbers]));
  }
  let out = text;
  for (const [place, numbers] of [...moved].sort((a, b) => b[0] - a[0])) {
    const marks = [...numbers].sort((a, b) => a - b).map(number => String.fromCharCode(FIRST + number)).join('');
    out = out.slice(0, place) + marks + out.slice(place);
  }
  return out;
}

/** Make small numbers of the marks in what was drawn. */
export function drawMarks(root: Element, sources: Map<string, Source>): void {
  const byNumber = new Map([...sources.values()].map(source => [source.number, source]));
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found: Text[] = [];
  const mark = new RegExp(`[${String.fromCharCode(FIRST)}-${String.fromCharCode(FIRST + MOST)}]`);
  while (walker.nextNode()) if (mark.test((walker.currentNode as Text).data)) found.push(walker.currentNode as Text);
  for (const node of found) {
    const pieces: (Node | string)[] = [];
    for (const piece of node.data.split(new RegExp(`(${mark.source})`))) {
      const source = mark.test(piece) ? byNumber.get(piece.charCodeAt(0) - FIRST) : undefined;
      if (!source) pieces.push(piece);
      else {
        const url = address(source.url);
        const title = source.title || url?.host || source.text || '';
        const number = url ? link(url, String(source.number)) : h('span', '', String(source.number));
        number.title = title;
        pieces.push(h('sup', 'nba-cite', number));
      }
    }
    node.replaceWith(...pieces);
  }
}

/** The list under the text. */
export function sourceList(sources: Map<string, Source>): HTMLElement {
  const list = h('ol', 'nba-sources');
  list.setAttribute('aria-label', 'Sources');
  for (const source of sources.values()) {
    const url = address(source.url);
    const label = source.title || url?.host || source.text || 'A source without a name';
    const entry = h('li', '', url ? link(url, label) : h('span', '', label));
    if (url && source.title) entry.append(h('span', 'nba-host', url.host));
    if (source.text && source.text !== label) entry.append(h('q', '', source.text));
    list.append(entry);
  }
  return list;
}
