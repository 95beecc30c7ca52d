/** What the kernel says of sessions and their messages, as the panel relies on it: what does not fit is left out. */

export interface SessionRow {
  name: string;
  agent: string;
  model: string;
  messages: number;
  /** The tools whose calls wait for a person. */
  pending: string[];
  input: number;
  output: number;
  cost: number | null;
  /** Whether this machine answers it, which has no price. */
  local: boolean;
  busy: boolean;
  /** The tools that run unasked in it. */
  granted: string[];
}

export interface Part {
  title: string;
  text: string;
  format: string;
}

export interface MessageRow {
  at: number;
  role: string;
  model: string | null;
  parts: Part[];
  input: number | null;
  output: number | null;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);
const record = (value: unknown): Record<string, unknown> | null => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const records = (value: unknown): Record<string, unknown>[] => list(value).flatMap(each => {
    const raw = record(each);
    return raw ? [raw] : [];
  });

export const readSessions = (value: unknown): SessionRow[] =>
  records(value).flatMap(raw =>
    text(raw.name)
      ? [{
          name: text(raw.name), agent: text(raw.agent), model: text(raw.model), messages: number(raw.messages) ?? 0, pending: list(raw.pending).map(text), input: number(raw.input) ?? 0,
          output: number(raw.output) ?? 0, cost: number(raw.cost), local: raw.local === true, busy: raw.busy === true, granted: list(raw.granted).map(text)
        }]
      : []
  );

export const readMessages = (value: unknown): MessageRow[] =>
  records(value).map(raw => ({
    at: number(raw.at) ?? 0, role: text(raw.role), model: text(raw.model) || null, input: number(raw.input), output: number(raw.output),
    parts: records(raw.parts).map(part => ({ title: text(part.title), text: text(part.text), format: text(part.format) }))
  }));

/** A name for what goes on from a session, which none of these has. */
export function freeName(name: string, taken: string[]): string {
  const stem = name.replace(/-\d+$/, '');
  for (let i = 2; ; i++) if (!taken.includes(`${stem}-${i}`)) return `${stem}-${i}`;
}
