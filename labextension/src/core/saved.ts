/**
 * A state from outside: a notebook file, or a message. Whoever wrote it, what comes out has the shape that the drawing
 * relies on; what does not fit is left out.
 */

import type { Cell, Citation, Item, Picture, RunState, ServerToolItem, Table, ToolItem } from './state';

const text = (value: unknown): string => (typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value));
const number = (value: unknown): number | undefined => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);
const record = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const texts = (value: unknown): string[] => list(value).map(text);
const oneOf = <T extends string>(value: unknown, choices: readonly T[], otherwise: T): T => (choices.includes(value as T) ? (value as T) : otherwise);
const cell = (value: unknown): Cell => (value === null || typeof value === 'boolean' || typeof value === 'number' ? value : text(value));

const STATUSES = ['arriving', 'pending', 'queued', 'running', 'ok', 'error', 'rejected', 'cancelled'] as const;
const OUTCOMES = ['running', 'completed', 'paused', 'cancelled', 'failed'] as const;
const LEVELS = ['info', 'warning', 'error'] as const;

/** Those of the named fields that are there, each as what it must be. */
function some(raw: Record<string, unknown>, kinds: Record<string, (value: unknown) => unknown>): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [name, read] of Object.entries(kinds)) {
    const value = raw[name] === undefined || raw[name] === null ? undefined : read(raw[name]);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

const flag = (value: unknown): true | undefined => (value === true ? true : undefined);

const citations = (value: unknown): Citation[] => list(value).flatMap(each => (record(each) ? [some(record(each)!, { end: number, url: text, title: text, text }) as Citation] : []));
const pictures = (value: unknown): Picture[] => list(value).flatMap(each => (record(each) ? [{ media_type: text(record(each)!.media_type), data: text(record(each)!.data) }] : []));

function table(value: unknown): Table | undefined {
  const raw = record(value);
  if (!raw) return undefined;
  return { columns: list(raw.columns).map(cell), rows: list(raw.rows).map(row => list(row).map(cell)), shape: list(raw.shape).flatMap(size => number(size) ?? []) };
}

function error(value: unknown): ToolItem['error'] | undefined {
  const raw = record(value);
  return raw && { type: text(raw.type), message: text(raw.message), ...(raw.traceback ? { traceback: text(raw.traceback) } : {}) };
}

const pairs = (value: unknown): [string, string][] | undefined =>
  Array.isArray(value) ? value.flatMap(each => (Array.isArray(each) ? [[text(each[0]), text(each[1])] as [string, string]] : [])) : undefined;

function approval(value: unknown): ToolItem['approval'] | undefined {
  const raw = record(value);
  return raw && { digest: text(raw.digest), ...some(raw, { schema: record, problems: pairs, attempt: number }) };
}

function savedTool(raw: Record<string, unknown>): ToolItem {
  return {
    k: 'tool', id: text(raw.id), name: text(raw.name), arguments: text(raw.arguments), status: oneOf(raw.status, STATUSES, 'cancelled'), batch: text(raw.batch),
    ...some(raw, {
      result: text, cut: flag, edited: flag, repaired: flag, folded: flag, files: texts, error, duration: number, progress: value => (Array.isArray(value) ? texts(value) : undefined),
      fraction: number, images: pictures, table, approval, defaults: pairs
    })
  };
}

function savedItem(value: unknown): Item[] {
  const raw = record(value);
  if (!raw) return [];
  switch (raw.k) {
    case 'text':
      return [{ k: 'text', text: text(raw.text), ...some(raw, { partial: flag, folded: flag, citations }) }];
    case 'notice':
      return [{ k: 'notice', level: oneOf(raw.level, LEVELS, 'info'), text: text(raw.text), ...some(raw, { wait: number }) }];
    case 'tool':
      return [savedTool(raw)];
    case 'server_tool': {
      const { id, name, arguments: given, status, batch } = savedTool(raw);
      return [{ k: 'server_tool', id, name, arguments: given, status, batch, ...some(raw, { result: text, cut: flag, duration: number }) } as ServerToolItem];
    }
    case 'file':
      return [{ k: 'file', media_type: text(raw.media_type), ...some(raw, { name: text, data: text, url: text, size: number }) }];
    case 'output':
      return [{ k: 'output', type: text(raw.type), json: text(raw.json), ...some(raw, { repaired: flag }) }];
    case 'reasoning':
      return [{ k: 'reasoning', text: text(raw.text), ...some(raw, { redacted: flag, duration: number }) }];
    default:
      return [];
  }
}

/** A state from outside (a notebook file, a message); null where it is none that this version can show. */
export function readState(value: unknown): RunState | null {
  const raw = record(value);
  if (!raw || raw.v !== 1 || !Array.isArray(raw.items)) return null;
  const usage = record(raw.usage);
  const failure = record(raw.error);
  const waiting = record(raw.waiting);
  return {
    v: 1,
    run_id: text(raw.run_id),
    agent: text(raw.agent),
    model: text(raw.model),
    prompt: text(raw.prompt),
    outcome: oneOf(raw.outcome, OUTCOMES, 'cancelled'),
    items: raw.items.flatMap(savedItem),
    usage: usage ? Object.fromEntries(Object.entries(usage).flatMap(([name, count]) => (number(count) === undefined ? [] : [[name, count as number]]))) : null,
    cost: number(raw.cost) ?? null,
    cost_source: text(raw.cost_source),
    duration: number(raw.duration) ?? 0,
    waited: number(raw.waited) ?? 0,
    ttft: number(raw.ttft) ?? null,
    steps: number(raw.steps) ?? 0,
    error: failure ? { type: text(failure.type), lines: texts(failure.lines) } : null,
    waiting: waiting ? { what: text(waiting.what), ...some(waiting, { fraction: number }) } : null,
    output: raw.output ? text(raw.output) : null,
    replayed: raw.replayed ? text(raw.replayed) : null
  };
}
