/** Colours for code: a handful of languages, tokens as spans with our own class prefix. */

import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import cpp from 'highlight.js/lib/languages/cpp';
import diff from 'highlight.js/lib/languages/diff';
import go from 'highlight.js/lib/languages/go';
import java from 'highlight.js/lib/languages/java';
import json from 'highlight.js/lib/languages/json';
import julia from 'highlight.js/lib/languages/julia';
import python from 'highlight.js/lib/languages/python';
import r from 'highlight.js/lib/languages/r';
import rust from 'highlight.js/lib/languages/rust';
import shell from 'highlight.js/lib/languages/shell';
import sql from 'highlight.js/lib/languages/sql';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';

const own = hljs.newInstance();
own.configure({ classPrefix: 'nba-' });
const languages = { bash, cpp, diff, go, java, json, julia, python, r, rust, shell, sql, typescript, xml, yaml };
for (const [name, language] of Object.entries(languages)) own.registerLanguage(name, language);
own.registerAliases(['javascript', 'js', 'jsx', 'mjs', 'cjs'], { languageName: 'typescript' });

/** Longer code stays plain: colouring it would hold the page. */
const LIMIT = 50_000;
const remembered = new Map<string, string>();

/** The code as HTML of spans; null for a language that is not known. */
export function highlight(code: string, language: string): string | null {
  if (!own.getLanguage(language) || code.length > LIMIT) return null;
  const key = `${language}\0${code}`;
  let html = remembered.get(key);
  if (html === undefined) {
    html = own.highlight(code, { language, ignoreIllegals: true }).value;
    // a block is drawn on every frame until it is frozen: the last few are enough
    if (remembered.size > 8) remembered.delete(remembered.keys().next().value!);
    remembered.set(key, html);
  }
  return html;
}
