/**
 * The state of a run as the page knows it, and how the kernel's operations change it.
 *
 * The same fold as `nbagent/observers/view.py`: the fixtures in `tests/fixtures/view` hold both to it. Nothing here
 * knows the DOM, and nothing that comes in is trusted to have the shape it should have.
 */

export type Status = 'arriving' | 'pending' | 'queued' | 'running' | 'ok' | 'error' | 'rejected' | 'cancelled';
export type Outcome = 'running' | 'completed' | 'paused' | 'cancelled' | 'failed';
export type Level = 'info' | 'warning' | 'error';

export interface TextItem {
  k: 'text';
  text: string;
  partial?: boolean;
}
export interface ReasoningItem {
  k: 'reasoning';
  text: string;
  redacted?: boolean;
  duration?: number;
}
export interface ToolItem {
  k: 'tool';
  id: string;
  name: string;
  arguments: string;
  status: Status;
  batch: string;
  result?: string;
  cut?: boolean;
  edited?: boolean;
  files?: string[];
  error?: { type: string; message: string; traceback?: string };
  duration?: number;
  progress?: string[];
  approval?: { digest: string };
}
export interface NoticeItem {
  k: 'notice';
  level: Level;
  text: string;
}
export type Item = TextItem | ReasoningItem | ToolItem | NoticeItem;

export interface RunState {
  v: number;
  run_id: string;
  agent: string;
  model: string;
  prompt: string;
  outcome: Outcome;
  items: Item[];
  usage: Record<string, number> | null;
  cost: number | null;
  cost_source: string;
  duration: number;
  ttft: number | null;
  steps: number;
  error: { type: string; lines: string[] } | null;
  waiting: { what: string; fraction?: number } | null;
}

export type Op =
  | ['add', number, Item]
  | ['text' | 'args', number, string]
  | ['more', number, string[]]
  | ['set', number, Record<string, unknown>]
  | ['run', Record<string, unknown>];

/** How many of a tool's last lines of progress are shown. */
const PROGRESS_LIMIT = 100;

export const emptyRun = (): RunState => ({
  v: 1, run_id: '', agent: '', model: '', prompt: '', outcome: 'running', items: [], usage: null, cost: null,
  cost_source: 'unknown', duration: 0, ttft: null, steps: 0, error: null, waiting: null
});

/** Apply one operation. An operation that fits nothing changes nothing. */
export function apply(state: RunState, op: Op): void {
  if (op[0] === 'run') {
    Object.assign(state, op[1]);
    return;
  }
  const [kind, number, value] = op;
  if (kind === 'add') {
    if (number === state.items.length) state.items.push(structuredClone(value));
    return;
  }
  const item = state.items[number];
  if (item === undefined) return;
  if (kind === 'text' && 'text' in item) item.text += value;
  else if (kind === 'args' && item.k === 'tool') item.arguments += value;
  else if (kind === 'more' && item.k === 'tool') item.progress = [...(item.progress ?? []), ...value].slice(-PROGRESS_LIMIT);
  else if (kind === 'set') {
    const fields = item as unknown as Record<string, unknown>;
    for (const [name, field] of Object.entries(value)) {
      if (field === null) delete fields[name];
      else fields[name] = field;
    }
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value));
const number = (value: unknown): number | undefined => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);
const record = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : []);
const oneOf = <T extends string>(value: unknown, choices: readonly T[], otherwise: T): T => (choices.includes(value as T) ? (value as T) : otherwise);

const STATUSES = ['arriving', 'pending', 'queued', 'running', 'ok', 'error', 'rejected', 'cancelled'] as const;
const OUTCOMES = ['running', 'completed', 'paused', 'cancelled', 'failed'] as const;
const LEVELS = ['info', 'warning', 'error'] as const;

function savedTool(raw: Record<string, unknown>): ToolItem {
  const item: ToolItem = {
    k: 'tool', id: text(raw.id), name: text(raw.name), arguments: text(raw.arguments), status: oneOf(raw.status, STATUSES, 'cancelled'), batch: text(raw.batch)
  };
  const error = record(raw.error);
  const approval = record(raw.approval);
  if (raw.result !== undefined) item.result = text(raw.result);
  if (raw.cut === true) item.cut = true;
  if (raw.edited === true) item.edited = true;
  if (Array.isArray(raw.files)) item.files = texts(raw.files);
  if (error) item.error = { type: text(error.type), message: text(error.message), ...(error.traceback ? { traceback: text(error.traceback) } : {}) };
  if (number(raw.duration) !== undefined) item.duration = number(raw.duration);
  if (Array.isArray(raw.progress)) item.progress = texts(raw.progress);
  if (approval) item.approval = { digest: text(approval.digest) };
  return item;
}

function savedItem(value: unknown): Item[] {
  const raw = record(value);
  if (!raw) return [];
  if (raw.k === 'text') return [{ k: 'text', text: text(raw.text), ...(raw.partial === true ? { partial: true } : {}) }];
  if (raw.k === 'notice') return [{ k: 'notice', level: oneOf(raw.level, LEVELS, 'info'), text: text(raw.text) }];
  if (raw.k === 'tool') return [savedTool(raw)];
  if (raw.k !== 'reasoning') return [];
  const item: ReasoningItem = { k: 'reasoning', text: text(raw.text) };
  if (raw.redacted === true) item.redacted = true;
  if (number(raw.duration) !== undefined) item.duration = number(raw.duration);
  return [item];
}

/** A state from outside (a notebook file, a message); null where it is none that this version can show. */
export function readState(value: unknown): RunState | null {
  const raw = record(value);
  if (!raw || raw.v !== 1 || !Array.isArray(raw.items)) return null;
  const usage = record(raw.usage);
  const error = record(raw.error);
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
    ttft: number(raw.ttft) ?? null,
    steps: number(raw.steps) ?? 0,
    error: error ? { type: text(error.type), lines: texts(error.lines) } : null,
    waiting: waiting ? { what: text(waiting.what), ...(number(waiting.fraction) === undefined ? {} : { fraction: number(waiting.fraction) }) } : null
  };
}
