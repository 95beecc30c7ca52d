/**
 * The state of a run as the page knows it, and how the kernel's operations change it.
 *
 * The same fold as `nbagent/observers/view.py`: the fixtures in `tests/fixtures/view` hold both to it. Nothing here
 * knows the DOM, and nothing that comes in is trusted to have the shape it should have.
 */

import type { Problem, Schema } from './schema';

export type Status = 'arriving' | 'pending' | 'queued' | 'running' | 'ok' | 'error' | 'rejected' | 'cancelled';
export type Outcome = 'running' | 'completed' | 'paused' | 'cancelled' | 'failed';
export type Level = 'info' | 'warning' | 'error';

/** A source that a model gives; `end` is the character (of the kernel's count, in code points) behind which it stands. */
export interface Citation {
  end?: number;
  url?: string;
  title?: string;
  text?: string;
}
/** A table's corner; `shape` is that of the whole. */
export interface Table {
  columns: Cell[];
  rows: Cell[][];
  shape: number[];
}
export type Cell = string | number | boolean | null;
export interface Picture {
  media_type: string;
  data: string;
}

export interface TextItem {
  k: 'text';
  text: string;
  partial?: boolean;
  folded?: boolean;
  citations?: Citation[];
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
  fraction?: number;
  repaired?: boolean;
  folded?: boolean;
  images?: Picture[];
  table?: Table;
  /** It waits for a person: what the decision is bound to, the tool's parameters, and what was wrong with the last arguments given. */
  approval?: { digest: string; schema?: Schema; problems?: Problem[]; attempt?: number };
  /** The parameters that the call leaves out, each with its default as JSON, '' where JSON has no word for it. */
  defaults?: [name: string, value: string][];
}
/** A tool that the provider ran: shown, and nothing of it is decided here. */
export interface ServerToolItem {
  k: 'server_tool';
  id: string;
  name: string;
  arguments: string;
  status: Status;
  batch: string;
  result?: string;
  cut?: boolean;
  duration?: number;
}
/** A file that the model made: its base64, or where it is, or only its size where it was too large to keep. */
export interface FileItem {
  k: 'file';
  media_type: string;
  name?: string;
  data?: string;
  url?: string;
  size?: number;
}
export interface OutputItem {
  k: 'output';
  type: string;
  json: string;
  repaired?: boolean;
}
export interface NoticeItem {
  k: 'notice';
  level: Level;
  text: string;
  /** Seconds until the next attempt, as the text has them; they are counted down while the run is on its way. */
  wait?: number;
}
export type Item = TextItem | ReasoningItem | ToolItem | ServerToolItem | FileItem | OutputItem | NoticeItem;

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
  waited: number;
  ttft: number | null;
  steps: number;
  error: { type: string; lines: string[] } | null;
  waiting: { what: string; fraction?: number } | null;
  output: string | null;
  replayed: string | null;
}

export type Op =
  | ['add', number, Item]
  | ['text' | 'args', number, string]
  | ['more', number, string[]]
  | ['set', number, Record<string, unknown>]
  | ['run', Record<string, unknown>];

/** What a call is while it is not yet what it will be. */
export const UNDER_WAY: ReadonlySet<Status> = new Set<Status>(['arriving', 'queued', 'running', 'pending']);

/** How many of a tool's last lines of progress are shown. */
const PROGRESS_LIMIT = 100;

export const emptyRun = (): RunState => ({
  v: 1, run_id: '', agent: '', model: '', prompt: '', outcome: 'running', items: [], usage: null, cost: null,
  cost_source: 'unknown', duration: 0, waited: 0, ttft: null, steps: 0, error: null, waiting: null, output: null, replayed: null
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
  else if (kind === 'args' && 'arguments' in item) item.arguments += value;
  else if (kind === 'more' && item.k === 'tool') item.progress = [...(item.progress ?? []), ...value].slice(-PROGRESS_LIMIT);
  else if (kind === 'set') {
    const fields = item as unknown as Record<string, unknown>;
    for (const [name, field] of Object.entries(value)) {
      if (field === null) delete fields[name];
      else fields[name] = field;
    }
  }
}
