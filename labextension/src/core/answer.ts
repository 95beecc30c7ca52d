/** The answer of a run as text, and as cells; and the line with which its conversation goes on. */

import { pretty } from './json';
import { MAGIC, options } from './line';
import type { RunState, TextItem } from './state';

export interface Made {
  cell_type: 'markdown' | 'code';
  source: string;
}

/** The answer alone, as Markdown: its texts with their sources, and its value as JSON where it has a type. */
export function answerOf(state: RunState): string {
  const pieces = state.items.flatMap(item => {
    if (item.k === 'text' && !item.folded && item.text.trim()) return [item.text.trim() + sources(item)];
    return item.k === 'output' ? [`\`\`\`json\n${pretty(item.json)}\n\`\`\``] : [];
  });
  return pieces.join('\n\n');
}

function sources(item: TextItem): string {
  const lines = (item.citations ?? []).map(({ title = '', url = '', text = '' }) => [title, url].filter(Boolean).join(' ') || text);
  const once = [...new Set(lines.filter(Boolean))];
  return once.length ? `\n\n${once.map((line, i) => `${i + 1}. ${line}`).join('\n')}` : '';
}

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([^\s`]*)[^`]*$/;
const PYTHON = new Set(['', 'python', 'py', 'python3', 'ipython', 'ipython3', 'py3', 'jupyter']);
const SHELL = new Set(['bash', 'sh', 'shell']);

/** Markdown as cells: its blocks of code (Python, shell, or without a word) as code, the rest, other languages too, as Markdown. */
export function asCells(markdown: string): Made[] {
  const cells: Made[] = [];
  let prose: string[] = [];
  const add = (cell_type: Made['cell_type'], lines: string[]) => {
    const source = lines.join('\n').replace(/^\s*\n|\s+$/g, '');
    if (source.trim()) cells.push({ cell_type, source });
  };
  const lines = markdown.split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    const [, fence = '', word = ''] = FENCE.exec(lines[i]!) ?? [];
    if (!fence) {
      prose.push(lines[i]!);
      continue;
    }
    const closing = new RegExp(`^ {0,3}${fence[0] === '~' ? '~' : '`'}{${fence.length},}\\s*$`);
    let end = i + 1;
    while (end < lines.length && !closing.test(lines[end]!)) end++;
    const language = word.toLowerCase().replace(/[{}]/g, '');
    if (PYTHON.has(language) || SHELL.has(language)) {
      add('markdown', prose);
      prose = [];
      add('code', [...(SHELL.has(language) ? [`%%${language === 'sh' ? 'sh' : 'bash'}`] : []), ...lines.slice(i + 1, end)]);
    } else prose.push(...lines.slice(i, end + 1));
    i = end;
  }
  add('markdown', prose);
  return cells;
}

/** What was meant for one prompt, not for the conversation. */
const ONCE = new Set(['--new', '--fork', '--prompt', '--each', '--at-once', '-o', '--out', '--file', '--output-type', '--record', '--replay', '--dry-run', '-h', '--help']);

/** The first line of a cell that goes on with what this cell said; null where it holds no prompt, as one that carries a run on. */
export function continuing(source: string): string | null {
  const [, magic, rest = ''] = MAGIC.exec(source) ?? [];
  if (!magic) return null;
  const kept: string[] = [];
  for (const { option, words } of options(rest)) {
    if (option === '--resume') return null;
    if (option === '' && magic === '%agent') break; // the prompt begins
    if (!ONCE.has(option)) kept.push(...words);
  }
  return ['%%agent', ...kept].join(' ');
}

/** Whether a cell asks an agent. */
export const isPrompt = (source: string): boolean => MAGIC.test(source);
