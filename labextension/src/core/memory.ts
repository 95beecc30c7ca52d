/**
 * What a reader opened and how far they scrolled, by run, for as long as the page lives.
 *
 * It is the page's and not a bundle's: the live widget and the saved transcript that takes its place are two bundles,
 * and the reader is not to notice.
 */

export interface Memory {
  open: Map<string, boolean>;
  scroll: Map<string, number>;
}

const KEY = Symbol.for('nbagent.memory');

const empty = (): Memory => ({ open: new Map(), scroll: new Map() });

/** The run's memory. `until` is what was remembered while the run had no id yet. */
export function remember(runId: string, until?: Memory): Memory {
  if (!runId) return until ?? empty();
  const page = globalThis as unknown as Record<symbol, Map<string, Memory> | undefined>;
  const runs = (page[KEY] ??= new Map<string, Memory>());
  let memory = runs.get(runId);
  if (!memory) runs.set(runId, (memory = until ?? empty()));
  return memory;
}
