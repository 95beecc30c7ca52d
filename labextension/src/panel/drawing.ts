/** How runs, spans and the details of one are drawn. Text goes in as text. */

import { count, h, icon, money, say, seconds } from '../core/dom';
import { pretty } from '../core/json';
import { bar, failed, type Details, type RunRow, type SpanRow } from './rows';

export const RUN_HEIGHT = 52;
export const SPAN_HEIGHT = 24;
const MARKS: Record<string, string> = { ok: 'ok', error: 'error', cancelled: 'cancelled', paused: 'pending' };
const clock = (at: number): string => new Date(at * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const tokens = (input: number | null, output: number | null): string => (input === null && output === null ? '' : `${count(input ?? 0)} → ${count(output ?? 0)}`);

/** Draw an icon again only where it is another. */
function mark(place: Element, status: string): void {
  if ((place as HTMLElement).dataset.status === status) return;
  (place as HTMLElement).dataset.status = status;
  place.replaceChildren(icon(MARKS[status] ?? ''));
}

export function drawRun(row: HTMLElement, run: RunRow): void {
  if (!row.firstChild) {
    const line = h('div', 'nba-run-line', h('span', 'nba-mark'), h('b', 'nba-run-agent'), h('span', 'nba-run-model'), h('span', 'nba-run-time'));
    row.append(line, h('div', 'nba-run-prompt'), h('div', 'nba-run-facts'));
    row.classList.add('nba-run');
  }
  const [place, agent, model, time] = [...row.children[0]!.children] as HTMLElement[];
  const status = run.status === 'ok' && failed(run) ? 'ok, with errors' : run.status;
  mark(place!, run.status);
  row.dataset.failed = String(failed(run));
  say(agent!, run.agent);
  say(model!, run.model);
  say(time!, run.duration === null ? '' : seconds(run.duration));
  say(row.children[1]!, run.prompt || '(no prompt)');
  const facts = [run.count === null ? '' : `[${run.count}]`, clock(run.at), tokens(run.input, run.output), money(run.cost, '')].filter(Boolean).join(' · ');
  say(row.children[2]!, facts);
  row.title = `${status}${run.error ? `\n${run.error}` : ''}\n${run.prompt}`;
  row.setAttribute('aria-label', `${run.agent}, ${run.model}, ${status}, ${run.duration === null ? '' : seconds(run.duration)}: ${run.prompt}`);
}

export function drawSpan(row: HTMLElement, span: SpanRow, whole: number): void {
  if (!row.firstChild) {
    row.append(h('span', 'nba-span-name', h('span', 'nba-mark'), h('span')), h('span', 'nba-span-track', h('span', 'nba-span-bar', h('span', 'nba-span-head'))), h('span', 'nba-span-time'));
    row.classList.add('nba-span');
  }
  const [name, track, time] = [...row.children] as HTMLElement[];
  row.dataset.kind = span.kind;
  row.dataset.failed = String(span.status === 'error');
  row.setAttribute('aria-level', String(span.depth + 1));
  name!.style.paddingLeft = `${Math.min(span.depth, 12) * 12 + 4}px`;
  mark(name!.children[0]!, span.status);
  say(name!.children[1]!, span.name);
  const { left, width, head } = bar(span, whole);
  const drawn = track!.firstElementChild as HTMLElement;
  drawn.style.left = `min(${left.toFixed(3)}%, 100% - 2px)`;
  drawn.style.width = `${width.toFixed(3)}%`;
  (drawn.firstElementChild as HTMLElement).style.width = `${head.toFixed(2)}%`;
  const spent = span.duration === null ? (span.status === 'running' ? '…' : '') : seconds(span.duration);
  say(time!, spent);
  const facts = [`${KINDS[span.kind]} ${span.name}`, span.status, spent, span.ttft === null ? '' : `first token ${seconds(span.ttft)}`, tokens(span.input, span.output), span.error ?? ''];
  row.title = facts.filter(Boolean).join('\n');
  row.setAttribute('aria-label', facts.filter(Boolean).join(', '));
}

const KINDS: Record<string, string> = { run: 'run of', chat: 'model call', tool: 'tool' };

/** Everything that is known of a span. `jump` goes to its cell; absent where it has none here. */
export function drawDetails(el: HTMLElement, found: Details, jump: (() => void) | null): void {
  const head = h('div', 'nba-details-head', h('b', '', `${KINDS[found.kind] ?? found.kind} ${found.name}`), h('span', 'nba-fact-status', found.status));
  head.dataset.failed = String(found.status === 'error');
  if (jump) {
    const go = h('button', 'nba-button nba-jump', found.count === null ? 'Go to the cell' : `Go to cell [${found.count}]`);
    go.type = 'button';
    go.addEventListener('click', jump);
    head.append(go);
  }
  const facts = h('dl', 'nba-details-facts', ...found.facts.flatMap(([label, value]) => [h('dt', '', label), h('dd', '', value)]));
  const sections: HTMLElement[] = [];
  let group: string | undefined;
  for (const section of found.sections) {
    if (section.group && section.group !== group) sections.push(h('h3', '', section.group));
    group = section.group;
    const body = h('pre', '', section.format === 'json' ? laidOut(section.text) : section.text);
    body.tabIndex = 0;
    const made = h('section', 'nba-said', h('h4', '', section.title), body);
    made.dataset.format = section.format;
    sections.push(made);
  }
  el.replaceChildren(head, facts, ...sections);
}

/** JSON indented; a text that is none stays as it is. */
function laidOut(text: string): string {
  return /^\s*[{[]/.test(text) ? pretty(text) : text;
}
