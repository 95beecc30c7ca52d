/** The line under a run: what goes on while it runs, and Stop; then model, tokens, cost and time. */

import { Actions } from './actions';
import { button, count, h, icon, money, say, seconds, show } from './dom';
import type { Run } from './run';
import type { RunState } from './state';

/** What goes on, in a few words. */
export function phrase(state: RunState): string {
  if (state.outcome === 'paused') return 'paused: resume with %agent --resume';
  if (state.outcome === 'cancelled') return 'stopped';
  if (state.outcome === 'failed') return 'failed';
  if (state.outcome === 'completed') return '';
  if (state.waiting) {
    const { fraction } = state.waiting;
    const what = state.waiting.what.charAt(0).toUpperCase() + state.waiting.what.slice(1);
    return fraction === undefined ? what : `${what} ${Math.round(fraction * 100)} %`;
  }
  const calls = state.items.filter(item => item.k === 'tool');
  if (calls.some(call => call.status === 'pending')) return 'Waiting for your decision';
  const running = calls.filter(call => call.status === 'running').map(call => call.name);
  if (running.length) return `Running ${running.slice(0, 3).join(', ')}${running.length > 3 ? ` and ${running.length - 3} more` : ''}`;
  const searching = state.items.find(item => item.k === 'server_tool' && item.status === 'running');
  if (searching?.k === 'server_tool') return `${searching.name} runs at the provider`;
  const last = state.items.findLast(item => item.k !== 'notice');
  if (last?.k === 'reasoning' && last.duration === undefined) return 'Thinking';
  if (last?.k === 'text' || last?.k === 'output') return 'Answering';
  if (last?.k === 'tool' && last.status === 'arriving') return state.output !== null && last.name.startsWith('final_result') ? 'Answering' : `Calling ${last.name}`;
  return 'Waiting for the model';
}

const ICONS: Record<RunState['outcome'], string> = { running: '', completed: 'ok', paused: 'pending', cancelled: 'cancelled', failed: 'error' };
const DETAILS: Record<string, string> = {
  cache_read_tokens: 'read from the cache', cache_write_tokens: 'written to the cache', reasoning_tokens: 'of the output are reasoning'
};

export class Footer {
  readonly el = h('footer', 'nba-footer');
  private icon: Element = h('span');
  private status = h('span', 'nba-fact');
  private facts = h('span', 'nba-facts', this.status);
  private stop: HTMLButtonElement;
  private outcome = '';
  readonly actions = new Actions(() => this.run.state);

  constructor(private run: Run, private host?: { send(message: Record<string, unknown>): void }) {
    let stopped = false;
    const stop = () => {
      if (stopped) return;
      stopped = true;
      this.stop.disabled = true;
      host?.send({ t: 'stop' });
    };
    this.stop = button('Stop', 'nba-stop', stop);
    // the line moves down as text comes: a press counts, also where the button is gone when it is let go
    this.stop.addEventListener('pointerdown', event => {
      if (event.button === 0) stop();
    });
    this.status.setAttribute('role', 'status');
    this.status.setAttribute('aria-live', 'polite');
    this.el.append(this.icon, h('div', 'nba-line', this.facts, this.actions.note), this.actions.el, this.stop);
  }

  draw(): void {
    const { state } = this.run;
    const running = state.outcome === 'running';
    const live = running && this.host !== undefined;
    if (this.outcome !== state.outcome) {
      const next = icon(running && !live ? 'cancelled' : ICONS[state.outcome]);
      this.icon.replaceWith(next);
      this.icon = next;
      this.outcome = state.outcome;
    }
    say(this.status, running && !live ? 'not finished' : phrase(state));
    show(this.status, this.status.textContent !== '');
    this.drawFacts(state, live);
    show(this.stop, live);
    this.actions.draw(state);
  }

  private drawFacts(state: RunState, live: boolean): void {
    const facts: [text: string, title: string][] = [];
    if (state.replayed) facts.push(['replayed', `Nothing was asked: the answer is from the recording ${state.replayed}; tokens, cost and times are those of then.`]);
    if (!live && state.model) facts.push([state.model, state.agent ? `agent ${state.agent}` : '']);
    if (state.usage) {
      const { input_tokens = 0, output_tokens = 0, ...details } = state.usage;
      const more = Object.entries(details).flatMap(([name, value]) => (value && DETAILS[name] ? [`${count(value)} ${DETAILS[name]}`] : []));
      const calls = `${state.steps} model ${state.steps === 1 ? 'call' : 'calls'}`;
      facts.push([`${count(input_tokens)} in, ${count(output_tokens)} out`, [`tokens, ${calls}`, ...more].join('\n')]);
      facts.push([money(state.cost, state.cost_source), 'cost']);
    }
    if (live) facts.push([seconds0((performance.now() - this.run.begun) / 1000), 'time so far']);
    else if (state.duration) facts.push([seconds(state.duration), 'time']);
    if (state.waited >= 0.05) facts.push([`${seconds(state.waited)} waiting for you`, 'of the time, while a call waited for a decision']);
    if (!live && state.ttft !== null) facts.push([`first token ${seconds(state.ttft)}`, 'time from the prompt to the first token']);
    facts.forEach(([text, title], i) => {
      const span = this.facts.children[i + 1] ?? this.facts.appendChild(h('span', 'nba-fact'));
      say(span, text);
      if (title) span.setAttribute('title', title);
      else span.removeAttribute('title');
    });
    while (this.facts.children.length > facts.length + 1) this.facts.lastElementChild!.remove();
  }
}

const seconds0 = (value: number): string => (value < 60 ? `${Math.floor(value)} s` : `${Math.floor(value / 60)} min ${Math.floor(value % 60)} s`);
