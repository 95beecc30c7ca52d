/** What the kernel says of tools, as the panel relies on it: what does not fit is left out. */

import type { Schema } from '../core/schema';

export interface ToolRow {
  name: string;
  brief: string;
  /** What the tool itself says of its calls. */
  asks: string;
  mode: string;
  /** Whether the person offers it, and whether the tool itself does. */
  on: boolean;
  enabled: boolean;
  place: string;
  cell: string | null;
  /** The sessions in which it runs unasked. */
  granted: string[];
}

export interface ToolDetails {
  description: string;
  code: string;
  parameters: Schema;
  facts: [string, string][];
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const record = (value: unknown): Record<string, unknown> | null => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export function readTools(value: unknown): ToolRow[] {
  return list(value).flatMap(each => {
    const raw = record(each);
    return raw && text(raw.name)
      ? [{
          name: text(raw.name), brief: text(raw.brief), asks: text(raw.asks), mode: text(raw.mode), on: raw.on === true, enabled: raw.enabled === true, place: text(raw.place),
          cell: typeof raw.cell === 'string' ? raw.cell : null, granted: list(raw.granted).map(text)
        }]
      : [];
  });
}

export function readTool(value: unknown): ToolDetails | null {
  const raw = record(value);
  return raw && {
    description: text(raw.description), code: text(raw.code), parameters: record(raw.parameters) ?? {},
    facts: list(raw.facts).flatMap(each => (Array.isArray(each) ? [[text(each[0]), text(each[1])] as [string, string]] : []))
  };
}
