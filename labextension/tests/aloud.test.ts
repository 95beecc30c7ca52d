import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { HUSH } from '../src/core/reading';
import { Run } from '../src/core/run';
import { emptyRun, type RunState } from '../src/core/state';
import { RunView } from '../src/core/view';

/** A browser's voice, of which a test says when it has said what it was given. */
class Voice extends EventTarget {
  said: SpeechSynthesisUtterance[] = [];
  cancelled = 0;
  speaking = false;
  paused = false;
  resume = vi.fn();
  constructor(private voices: Partial<SpeechSynthesisVoice>[]) {
    super();
  }
  getVoices = () => this.voices as SpeechSynthesisVoice[];
  speak(utterance: SpeechSynthesisUtterance) {
    this.said.push(utterance);
    this.speaking = true;
  }
  cancel() {
    this.cancelled++;
    this.speaking = false;
  }
  tell(type: 'start' | 'end' | 'error', error = '', at = this.said.length - 1) {
    if (type !== 'start') this.speaking = false;
    const handler = this.said[at]![`on${type}`] as ((event: unknown) => void) | null;
    handler?.({ type, error });
  }
  get texts() {
    return this.said.map(({ text }) => text);
  }
}

const ENGLISH = { name: 'en', lang: 'en-US', localService: true, default: true };
const GERMAN = { name: 'de', lang: 'de-DE', localService: true, default: false };
const TEXT = `${'Take a coat and a good umbrella with you. '.repeat(6)}\n\n\`\`\`\nx\n\`\`\``;

function answer(text: string, fields: Partial<RunState> = {}) {
  const state: RunState = { ...emptyRun(), run_id: text.slice(0, 9), outcome: 'completed', items: [{ k: 'text', text }], ...fields };
  const run = new Run(state);
  const view = new RunView(run);
  document.body.append(view.el);
  const button = view.el.querySelector<HTMLButtonElement>('[data-action=speak]')!;
  const note = () => view.el.querySelector('.nba-aloud')!.textContent;
  const shown = () => [button.getAttribute('aria-label'), button.textContent];
  return { run, view, button, note, shown };
}

const IDLE = ['Read aloud', 'Read aloud'];
const READS = ['Stop reading', 'Stop reading'];

function speaks(...voices: Partial<SpeechSynthesisVoice>[]): Voice {
  const voice = new Voice(voices);
  vi.stubGlobal('speechSynthesis', voice);
  return voice;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('SpeechSynthesisUtterance', class { constructor(public text: string) {} });
  document.body.replaceChildren();
  document.documentElement.lang = 'en';
});
afterEach(() => {
  document.dispatchEvent(new CustomEvent(HUSH));
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('an answer that is read aloud', () => {
  it('is given to the voice a breath at a time, and the button comes back at the end', () => {
    const voice = speaks(ENGLISH);
    const { button, shown, note } = answer(TEXT);
    expect(shown()).toEqual(IDLE);
    button.click();
    expect(shown()).toEqual(READS);
    for (let said = 1; said <= 3; said++) {
      expect(voice.said).toHaveLength(said);
      voice.tell('start');
      voice.tell('end');
    }
    expect(voice.said).toHaveLength(3);
    expect(voice.texts.join(' ')).toBe(`${'Take a coat and a good umbrella with you. '.repeat(6)}Code block, 1 line.`);
    expect([shown(), note()]).toEqual([IDLE, '']);
    expect(voice.cancelled).toBe(0);
  });

  it.each([
    ['the button is pressed again', ({ button }: ReturnType<typeof answer>) => button.click()],
    ['its view goes', ({ view }: ReturnType<typeof answer>) => view.dispose()],
    ['it is asked for by a command', () => void document.dispatchEvent(new CustomEvent(HUSH))],
    ['the page goes', () => void window.dispatchEvent(new Event('pagehide'))],
    ['its view shows another answer', ({ run, view }: ReturnType<typeof answer>) => {
      run.state = { ...run.state, items: [{ k: 'text', text: 'Another.' }] };
      view.redraw();
    }],
    ['its run goes on', ({ run, view }: ReturnType<typeof answer>) => {
      run.state = { ...run.state, outcome: 'running' };
      view.redraw();
    }]
  ])('stops when %s', (_, stop) => {
    const voice = speaks(ENGLISH);
    const made = answer(TEXT);
    made.button.click();
    voice.tell('start');
    stop(made);
    expect(voice.cancelled).toBe(1);
    expect([made.shown(), made.note()]).toEqual([IDLE, '']);
    voice.tell('error', 'canceled');
    vi.advanceTimersByTime(60_000);
    expect(voice.said).toHaveLength(1);
    expect(made.note()).toBe('');
    made.view.dispose();
  });

  it('goes on when the page is drawn again as it was', () => {
    const voice = speaks(ENGLISH);
    const { view, button, shown } = answer(TEXT);
    button.click();
    view.redraw();
    view.placed();
    expect([shown(), voice.cancelled]).toEqual([READS, 0]);
  });

  it('stops when another is read, which nothing of the first disturbs', () => {
    const voice = speaks(ENGLISH);
    const [one, two] = [answer(TEXT), answer('Another answer.')];
    one.button.click();
    voice.tell('start');
    two.button.click();
    expect([one.shown(), two.shown(), voice.cancelled]).toEqual([IDLE, READS, 1]);
    voice.tell('error', 'interrupted', 0);
    voice.tell('start');
    expect(two.shown()).toEqual(READS);
    voice.tell('end');
    expect(two.shown()).toEqual(IDLE);
    expect(voice.texts[1]).toBe('Another answer.');
  });

  it('is left to whoever else speaks on the page', () => {
    const voice = speaks(ENGLISH);
    const { button, shown, note } = answer(TEXT);
    button.click();
    voice.tell('start');
    voice.tell('error', 'interrupted');
    expect([shown(), note(), voice.cancelled]).toEqual([IDLE, '', 0]);
  });

  it('goes on where the browser loses an end, and wakes a voice that was paused', () => {
    const voice = speaks(ENGLISH);
    voice.paused = true;
    answer(TEXT).button.click();
    expect(voice.resume).toHaveBeenCalledOnce();
    voice.tell('start');
    vi.advanceTimersByTime(30_000);
    expect(voice.said).toHaveLength(1);
    voice.speaking = false;
    vi.advanceTimersByTime(1000);
    expect(voice.said).toHaveLength(2);
  });

  it('has a voice for its language, and what is said about it is in English', () => {
    const voice = speaks(ENGLISH, GERMAN);
    answer('Der Regen ist da und das ist nicht schön.\n\n```\nx\n```').button.click();
    voice.tell('end');
    expect(voice.said.map(({ lang, voice: chosen }) => [lang, chosen?.name])).toEqual([['de-DE', 'de'], ['en-US', 'en']]);
  });

  it('is in the language that the page says of its place', () => {
    const voice = speaks(ENGLISH, GERMAN);
    const { view, button } = answer('Oslo.');
    const langs = ['de', 'de_AT', 'no language'].map(lang => {
      view.el.lang = lang;
      button.click();
      button.click();
      return voice.said.at(-1)!.lang;
    });
    expect(langs).toEqual(['de-DE', 'de-DE', 'en-US']);
  });
});

describe('a browser that cannot read aloud', () => {
  it('says that it cannot', () => {
    vi.stubGlobal('speechSynthesis', undefined);
    const { button, shown, note } = answer(TEXT);
    button.click();
    expect([shown(), note()]).toEqual([IDLE, 'This browser cannot read aloud.']);
  });

  it.each([
    ['has no voice', [], 'synthesis-failed', /no voice to read with/],
    ['fails', [ENGLISH], 'audio-hardware', /The voice failed: audio-hardware/],
    ['wants a click', [ENGLISH], 'not-allowed', /only after a click/]
  ])('says why when it %s, and tries again', (_, voices, error, why) => {
    const voice = speaks(...voices);
    const { button, shown, note } = answer(TEXT);
    button.click();
    voice.tell('error', error);
    expect(shown()).toEqual(IDLE);
    expect(note()).toMatch(why);
    button.click();
    expect([note(), voice.said.length]).toEqual(['', 2]);
  });

  it('says so when nothing ever begins', () => {
    speaks(ENGLISH);
    const { button, shown, note } = answer(TEXT);
    button.click();
    vi.advanceTimersByTime(20_000);
    expect([shown(), note()]).toEqual([IDLE, 'The voice of this browser does not answer.']);
  });

  it('is told where there are no words', () => {
    const voice = speaks(ENGLISH);
    const { button, note } = answer('☔️');
    button.click();
    expect([note(), voice.said]).toEqual(['There are no words in this answer.', []]);
  });

  it('has one place for what it says, which is announced politely', () => {
    const { view } = answer(TEXT);
    const places = [...view.el.querySelectorAll('[role=status]')];
    expect(places.filter(place => place.classList.contains('nba-aloud'))).toHaveLength(1);
    expect(view.el.querySelector('.nba-aloud')!.hasAttribute('hidden')).toBe(false);
  });
});
