/** The kernel's rows as the panel shows them: runs, the spans of one in the order of a tree, what a filter and folding leave of them, and their bars. */

import { fits } from './search';

export interface RunRow {
  run: string;
  agent: string;
  model: string;
  status: string;
  at: number;
  duration: number | null;
  input: number | null;
  output: number | null;
  cost: number | null;
  local: boolean;
  prompt: string;
  cell: string | null;
  count: number | null;
  notebook: string | null;
  n_errors: number;
  error: string | null;
}

export interface SpanRow {
  place: number;
  id: string;
  parent: string | null;
  kind: string;
  name: string;
  start: number;
  duration: number | null;
  ttft: number | null;
  status: string;
  input: number | null;
  output: number | null;
  cost: number | null;
  model: string | null;
  error: string | null;
  depth: number;
  children: number;
  /** What a person was asked about, and what was decided of each: of a wait. */
  asked?: [tool: string, decided: string][];
}

export interface Filter {
  text: string;
  model: string;
  errors: boolean;
}

export const failed = (row: { status: string; n_errors?: number }): boolean => row.status === 'error' || (row.n_errors ?? 0) > 0;

/** The spans that fit, and whatever they stand in. */
export function filterSpans(rows: SpanRow[], filter: Filter): SpanRow[] {
  if (!filter.text && !filter.model && !filter.errors) return rows;
  const byId = new Map(rows.map(row => [row.id, row]));
  const kept = new Set<SpanRow>();
  for (const row of rows) {
    const said = [row.name, row.kind, row.error, row.status, ...(row.asked ?? []).flat()].join('\n');
    if ((filter.model && row.model !== filter.model) || (filter.errors && !failed(row)) || !fits(filter.text, said)) continue;
    for (let each: SpanRow | undefined = row; each && !kept.has(each); each = each.parent ? byId.get(each.parent) : undefined) kept.add(each);
  }
  return rows.filter(row => kept.has(row));
}

/** The rows of a tree without what stands below the folded ones. */
export function unfolded(rows: SpanRow[], folded: ReadonlySet<string>): SpanRow[] {
  if (!folded.size) return rows;
  let below = Infinity; // the depth of the folded row that hides what comes
  return rows.filter(row => {
    if (row.depth > below) return false;
    below = folded.has(row.id) ? row.depth : Infinity;
    return true;
  });
}

export const models = (rows: Iterable<{ model: string | null }>): string[] => [...new Set([...rows].flatMap(row => (row.model ? row.model.split(', ') : [])))].sort();

const number = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

export function readRuns(value: unknown): RunRow[] {
  return (Array.isArray(value) ? (value as Record<string, unknown>[]) : []).flatMap(raw =>
    text(raw?.run) === null
      ? []
      : [{
          run: text(raw.run)!, agent: text(raw.agent) ?? '', model: text(raw.model) ?? '', status: text(raw.status) ?? '', at: number(raw.at) ?? 0,
          duration: number(raw.duration), input: number(raw.input), output: number(raw.output), cost: number(raw.cost), local: raw.local === true,
          prompt: text(raw.prompt) ?? '', cell: text(raw.cell), count: number(raw.count), notebook: text(raw.notebook), n_errors: number(raw.n_errors) ?? 0, error: text(raw.error)
        }]
  );
}

/** Put rows that came into those that are there, by their places. Whether anything changed. */
export function takeSpans(rows: SpanRow[], came: unknown): boolean {
  let changed = false;
  for (const raw of Array.isArray(came) ? (came as unknown[][]) : []) {
    const place = Array.isArray(raw) ? number(raw[0]) : null;
    if (place === null || place > rows.length || text(raw[1]) === null) continue;
    const [, id, parent, kind, name, start, duration, ttft, status, input, output, cost, model, error] = raw;
    rows[place] = {
      place, id: id as string, parent: text(parent), kind: text(kind) ?? 'run', name: text(name) ?? '', start: number(start) ?? 0, duration: number(duration),
      ttft: number(ttft), status: text(status) ?? '', input: number(input), output: number(output), cost: number(cost), model: text(model), error: text(error),
      depth: 0, children: 0
    };
    changed = true;
  }
  return changed;
}

/** The waits for a person, as rows among the spans. Where one goes on and its run does too, it goes on with it; after that it lasts as long as was said. */
export function readWaits(value: unknown, running: boolean): SpanRow[] {
  return (Array.isArray(value) ? (value as unknown[][]) : []).flatMap(raw => {
    const [id, parent, start, seconds, still, asked] = Array.isArray(raw) ? raw : [];
    if (text(id) === null || number(start) === null) return [];
    const calls = (Array.isArray(asked) ? (asked as unknown[][]) : []).map(([tool, decided]) => [text(tool) ?? '', text(decided) ?? ''] as [string, string]);
    const status = still ? 'paused' : calls.some(([, decided]) => decided === 'rejected') ? 'rejected' : 'ok';
    return [{
      place: -1, id: id as string, parent: text(parent), kind: 'wait', name: still ? 'waits for a person' : 'waited for a person', start: number(start)!,
      duration: still && running ? null : number(seconds), ttft: null, status, input: null, output: null, cost: null, model: null, error: null, depth: 0, children: 0, asked: calls
    }];
  });
}

/** The seconds before and after a run that are seen of the waits around it: at most as many as the run took, however long they were. */
export function around(waits: SpanRow[], length: number): { lead: number; tail: number } {
  const ends = waits.map(wait => wait.start + (wait.duration ?? 0));
  return { lead: Math.min(length, Math.max(0, ...waits.map(wait => -wait.start))), tail: Math.min(length, Math.max(0, ...ends.map(end => end - length))) };
}

/** In the order of a tree: what a span began stands below it, by its start. What has no parent here stands at the root. */
export function asTree(rows: SpanRow[]): SpanRow[] {
  const ids = new Set(rows.map(row => row.id));
  const inside = new Map<string | null, SpanRow[]>();
  for (const row of rows) {
    const parent = row.parent !== null && row.parent !== row.id && ids.has(row.parent) ? row.parent : null;
    const siblings = inside.get(parent);
    if (siblings) siblings.push(row);
    else inside.set(parent, [row]);
  }
  for (const siblings of inside.values()) siblings.sort((a, b) => a.start - b.start);
  const out: SpanRow[] = [];
  const stack = (inside.get(null) ?? []).map(row => ({ row, depth: 0 })).reverse();
  while (stack.length) {
    const { row, depth } = stack.pop()!;
    const below = inside.get(row.id) ?? [];
    row.depth = depth;
    row.children = below.length;
    out.push(row);
    for (const child of below.toReversed()) stack.push({ row: child, depth: depth + 1 });
  }
  return out;
}

/** The part of a run's time that is seen, in seconds. */
export interface Span {
  from: number;
  to: number;
}

export interface Bar {
  left: number;
  width: number;
  head: number;
}

/** What is seen of a span's bar, in percent of the seen time; null where nothing is. What runs goes to `end`. `head` is the time to the first token, of what is seen. */
export function bar(row: SpanRow, seen: Span, end: number): Bar | null {
  const wide = Math.max(seen.to - seen.from, 1e-9);
  const at = (time: number) => (100 * (time - seen.from)) / wide;
  const stop = row.duration === null ? Math.max(end, row.start) : row.start + row.duration;
  const left = Math.max(0, at(row.start));
  const right = Math.min(100, at(stop));
  if (right < 0 || left > 100 || right < left) return null;
  const head = row.ttft === null ? 0 : at(row.start + row.ttft) - left;
  return { left, width: right - left, head: right > left ? Math.max(0, Math.min(100, (100 * head) / (right - left))) : 0 };
}

/** Round times within what is seen, about `most` of them, and how far they are apart. */
export function ticks(seen: Span, most: number): { at: number[]; step: number } {
  const least = Math.max(seen.to - seen.from, 1e-9) / Math.max(1, most);
  const tenth = 10 ** Math.floor(Math.log10(least));
  const step = tenth * ([1, 2, 5, 10].find(factor => factor * tenth >= least * 0.999) ?? 10);
  const at: number[] = [];
  for (let i = Math.max(0, Math.ceil(seen.from / step - 1e-6)); i * step <= seen.to + step * 1e-6; i++) at.push(i * step);
  return { at, step };
}
