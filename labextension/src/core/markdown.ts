/**
 * Markdown to DOM, as it streams: finished blocks are left alone, the last ones are drawn again.
 *
 * What a model writes is not trusted. Raw HTML is shown as text, images are never loaded (an address is a way out for
 * data), and what is left passes a sanitizer with a list of allowed tags and http, https and mailto links.
 */

import createDOMPurify from 'dompurify';
import { Marked } from 'marked';

import { quiet } from './dom';
import { highlight } from './highlight';

const escape = (text: string): string => text.replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);

const marked = new Marked({ gfm: true, async: false });
marked.use({
  renderer: {
    html: ({ text }) => escape(text),
    image: ({ href, text }) => `<span class="nba-image">[image: ${escape(text || href)}]</span>`
  }
});

const LINK = /^(?:https?:\/\/|mailto:)/i;
const purify = createDOMPurify(window); // its own instance: hooks of other extensions stay theirs
purify.addHook('afterSanitizeAttributes', node => {
  if (node.tagName !== 'A') return;
  if (!LINK.test(node.getAttribute('href') ?? '')) node.removeAttribute('href');
  else {
    node.setAttribute('target', '_blank');
    node.setAttribute('rel', 'noopener noreferrer nofollow');
    quiet(node); // Enter follows it, and does not edit the cell
  }
});
const CONFIG = {
  ALLOWED_TAGS: [
    'p', 'br', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'em', 'strong', 'del', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li',
    'table', 'thead', 'tbody', 'tr', 'th', 'td', 'a', 'span', 'input'
  ],
  ALLOWED_ATTR: ['href', 'start', 'align', 'class', 'type', 'checked', 'disabled'],
  ALLOWED_URI_REGEXP: LINK,
  ADD_URI_SAFE_ATTR: ['align', 'start', 'type', 'checked', 'disabled'], // the pattern above is for addresses, not for these
  ALLOW_DATA_ATTR: false,
  RETURN_DOM_FRAGMENT: true as const
};

const safe = (html: string): DocumentFragment => purify.sanitize(html, CONFIG) as unknown as DocumentFragment;

/** Fenced code in a frame with its language; coloured, but where more of it may come. */
function frameCode(pre: Element, complete: boolean): void {
  const code = pre.querySelector('code');
  if (!code) return;
  const language = /(?:^|\s)language-(\S+)/.exec(code.className)?.[1] ?? '';
  code.removeAttribute('class');
  const html = complete && language ? highlight(code.textContent ?? '', language.toLowerCase()) : null;
  if (html !== null) code.replaceChildren(safe(html));
  const frame = document.createElement('div');
  frame.className = 'nba-code';
  pre.replaceWith(frame);
  frame.append(pre);
  const copy = document.createElement('button');
  copy.type = 'button';
  copy.className = 'nba-copy';
  copy.textContent = 'Copy';
  quiet(copy);
  frame.append(copy);
}

/** The source's blocks as nodes. `open`: the last one may still grow. */
function blocks(source: string, open: boolean): Element[] {
  const fragment = safe(marked.parse(source) as string);
  for (const input of fragment.querySelectorAll('input')) {
    if (input.type === 'checkbox') input.disabled = true;
    else input.remove();
  }
  const last = fragment.lastElementChild;
  for (const pre of fragment.querySelectorAll('pre')) frameCode(pre, !(open && last?.contains(pre)));
  for (const list of fragment.querySelectorAll('ol')) {
    const digits = String(list.start + list.children.length - 1).length;
    if (digits > 1) list.style.paddingLeft = `${1.1 + 0.6 * digits}em`; // or the number is cut, and reads as another
  }
  for (const table of fragment.querySelectorAll('table')) {
    const frame = document.createElement('div');
    frame.className = 'nba-table';
    table.replaceWith(frame);
    frame.append(table);
  }
  for (const node of [...fragment.childNodes]) {
    if (node.nodeType !== Node.TEXT_NODE) continue;
    // raw HTML becomes text without a block around it
    if (!node.textContent?.trim()) node.remove();
    else {
      const paragraph = document.createElement('p');
      node.replaceWith(paragraph);
      paragraph.append(node);
    }
  }
  return [...fragment.children];
}

/** Make `root`'s children from `start` on be `wanted`, touching only those that differ (selections and scrolling stay). */
function settle(root: Element, start: number, wanted: Element[]): void {
  wanted.forEach((node, i) => {
    const old = root.children[start + i];
    if (!old) root.append(node);
    else if (!old.isEqualNode(node)) old.replaceWith(node);
  });
  while (root.children.length > start + wanted.length) root.lastElementChild!.remove();
}

/** One text in `root`. Draw it as often as it grows; `done` parses the whole once, so that the end is exactly that. */
export class Markdown {
  private text = '';
  private frozen = 0; // characters
  private kept = 0; // children of root
  private done = false;

  constructor(private root: HTMLElement) {}

  draw(text: string, done: boolean): void {
    if (text === this.text && done === this.done) return;
    if (!text.startsWith(this.text)) this.frozen = this.kept = 0;
    this.text = text;
    this.done = done;
    if (done) {
      this.frozen = this.kept = 0;
      settle(this.root, 0, blocks(text, false));
      return;
    }
    const ready = this.ready();
    const finished = ready ? blocks(ready, false) : [];
    this.frozen += ready.length;
    settle(this.root, this.kept, [...finished, ...blocks(text.slice(this.frozen), true)]);
    this.kept += finished.length;
  }

  /** The source of the blocks that will not change any more: whole lines only, and the last two blocks stay open (a list
   * goes on after an empty line, a heading is underlined later). */
  private ready(): string {
    const lines = this.text.slice(this.frozen, this.text.lastIndexOf('\n') + 1);
    if (!lines) return '';
    const tokens = marked.lexer(lines);
    let end = tokens.length;
    for (let open = 0; end > 0 && open < 2; ) if (tokens[--end]!.type !== 'space') open++;
    const raw = tokens.slice(0, end).map(token => token.raw).join('');
    return lines.startsWith(raw) ? raw : ''; // the lexer changed the text (CRLF): wait for the end
  }
}
