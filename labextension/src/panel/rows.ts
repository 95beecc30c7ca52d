/** The kernel's rows as the panel shows them: runs, the spans of one in the order of a tree, and what a filter leaves. */

export interface RunRow {
  run: string;
  agent: string;
  model: string;
  status: string;
  at: number;
  duration: number | null;
  input: number;
  output: number;
  cost: number | null;
  prompt: string;
  cell: string | null;
  count: number | null;
  n_errors: number;
  error: string | null;
}

export interface SpanRow {
  place: number;
  id: string;
  parent: string | null;
  kind: 'run' | 'chat' | 'tool';
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
}

export interface Details {
  id: string;
  kind: string;
  name: string;
  status: string;
  facts: [string, string][];
  sections: { group?: string; title: string; text: string; format: string }[];
  cell: string | null;
  count: number | null;
}

export interface Filter {
  text: string;
  model: string;
  errors: boolean;
}

export const failed = (row: { status: string; n_errors?: number }): boolean => row.status === 'error' || (row.n_errors ?? 0) > 0;

const has = (filter: Filter, ...texts: (string | null)[]): boolean => {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const all = texts.join('\n').toLowerCase();
  return words.every(word => all.includes(word));
};

export const filterRuns = (rows: RunRow[], filter: Filter): RunRow[] =>
  rows.filter(row => (!filter.model || row.model.split(', ').includes(filter.model)) && (!filter.errors || failed(row)) && has(filter, row.agent, row.model, row.prompt, row.error, row.status));

/** The spans that fit, and whatever they stand in. */
export function filterSpans(rows: SpanRow[], filter: Filter): SpanRow[] {
  if (!filter.text && !filter.model && !filter.errors) return rows;
  const byId = new Map(rows.map(row => [row.id, row]));
  const kept = new Set<SpanRow>();
  for (const row of rows) {
    if ((filter.model && row.model !== filter.model) || (filter.errors && !failed(row)) || !has(filter, row.name, row.kind, row.error, row.status)) continue;
    for (let each: SpanRow | undefined = row; each && !kept.has(each); each = each.parent ? byId.get(each.parent) : undefined) kept.add(each);
  }
  return rows.filter(row => kept.has(row));
}

export const models = (rows: RunRow[]): string[] => [...new Set(rows.flatMap(row => (row.model ? row.model.split(', ') : [])))].sort();

const number = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

export function readRuns(value: unknown): RunRow[] {
  return (Array.isArray(value) ? (value as Record<string, unknown>[]) : []).flatMap(raw =>
    text(raw?.run) === null
      ? []
      : [{
          run: text(raw.run)!, agent: text(raw.agent) ?? '', model: text(raw.model) ?? '', status: text(raw.status) ?? '', at: number(raw.at) ?? 0,
          duration: number(raw.duration), input: number(raw.input) ?? 0, output: number(raw.output) ?? 0, cost: number(raw.cost), prompt: text(raw.prompt) ?? '',
          cell: text(raw.cell), count: number(raw.count), n_errors: number(raw.n_errors) ?? 0, error: text(raw.error)
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
      place, id: id as string, parent: text(parent), kind: kind === 'chat' || kind === 'tool' ? kind : 'run', name: text(name) ?? '', start: number(start) ?? 0,
      duration: number(duration), ttft: number(ttft), status: text(status) ?? '', input: number(input), output: number(output), cost: number(cost),
      model: text(model), error: text(error), depth: 0
    };
    changed = true;
  }
  return changed;
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
  const out: SpanRow[] = [];
  const stack = (inside.get(null) ?? []).map(row => ({ row, depth: 0 })).reverse();
  while (stack.length) {
    const { row, depth } = stack.pop()!;
    row.depth = depth;
    out.push(row);
    for (const child of (inside.get(row.id) ?? []).toReversed()) stack.push({ row: child, depth: depth + 1 });
  }
  return out;
}

export interface Bar {
  left: number;
  width: number;
  head: number;
}

/** A span's bar in percent of the run's time `whole`; what is under way goes to its end. `head` is the time to the first token, of the bar. */
export function bar(row: SpanRow, whole: number): Bar {
  const total = Math.max(whole, 1e-9);
  const left = Math.min(100, (100 * row.start) / total);
  const spent = row.duration ?? Math.max(0, whole - row.start);
  const width = Math.min(100 - left, (100 * spent) / total);
  return { left, width, head: row.ttft !== null && spent > 0 ? Math.min(100, (100 * row.ttft) / spent) : 0 };
}
