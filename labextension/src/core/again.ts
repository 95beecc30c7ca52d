/** A prompt for another model: the cell that asks the same, at the same place of the conversation, in a conversation of its own. */

import { MAGIC, options, WORD } from './line';

/** What holds for the first cell alone. */
const OWN = new Set(['-m', '--model', '--session', '--fork', '--new', '-o', '--out', '--record', '--replay', '--dry-run']);
const DEFAULT = 'main';

/**
 * The cell's source, or null where this one holds no prompt; `others` are the sources of the notebook, whose names are taken.
 * `--base-url` stays only where the line names a model of the same provider: another's key is not for that server.
 */
export function again(source: string, model: string, others: readonly string[]): string | null {
  const found = MAGIC.exec(source);
  if (!found) return null;
  const [, magic, rest = ''] = found;
  let from: string | null = null;
  let words = 0;
  const kept: string[] = [];
  const same = provider(named([source])[0] ?? '') === provider(model);
  let prompt = source.slice(found.index + found[0].length).replace(/^\r?\n/, '');
  for (const { option, words: all, at } of options(rest)) {
    if (option === '--resume') return null;
    if (option === '') {
      if (magic === '%agent') {
        prompt = rest.slice(at);
        break;
      }
      if (words++ === 0) from ??= all[0]!;
    } else if (option === '--session') from = all.at(-1)!.replace(/^--session=/, '');
    else if (option === '--fork') from = all.at(-1)!.replace(/^--fork=/, '');
    else if (!OWN.has(option) && (same || option !== '--base-url')) kept.push(...all);
  }
  const origin = from ?? DEFAULT;
  return `${['%%agent', free(origin, others), '--fork', origin, '-m', word(model), ...kept].join(' ')}\n${prompt}`;
}

/** A name like this one that no cell has. */
function free(name: string, sources: readonly string[]): string {
  const stem = name.replace(/-\d+$/, '').replace(/[^\w-]+/g, '') || 'other';
  const taken = new Set(sources.flatMap(source => source.match(WORD) ?? []));
  let number = 2;
  while (taken.has(`${stem}-${number}`)) number++;
  return `${stem}-${number}`;
}

const provider = (model: string): string => model.split(':')[0]!;
const word = (text: string): string => (/^[\w./:@+-]+$/.test(text) ? text : `'${text.replace(/'/g, `'"'"'`)}'`);

/** The models that the notebook's cells name, the last first. */
export function named(sources: readonly string[]): string[] {
  const models = sources.flatMap(source => {
    const [, , rest = ''] = MAGIC.exec(source) ?? [];
    return options(rest).flatMap(({ option, words }) => (option === '-m' || option === '--model' ? [words.at(-1)!.replace(/^(?:-m|--model)=/, '').replace(/^(['"])(.*)\1$/, '$2')] : []));
  });
  return [...new Set(models.reverse())].filter(model => !model.includes('{{'));
}
