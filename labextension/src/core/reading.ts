/**
 * Reading aloud with a voice of the browser: one piece after the other, and one reading at a time on a page.
 *
 * Each piece is given to the browser when the one before it has ended: so a stop is a stop, and no browser's own queue
 * has to be trusted.
 */

import { languageOf, tagOf, voiceFor } from './language';
import { inBreaths, type Said } from './spoken';

/** Whoever reads on this page stops: said by a reading that begins, and by a command. */
export const HUSH = 'nbagent:hush';

const NONE = "This browser has no voice to read with. Voices are added in the system's speech settings.";
const MUTE = 'The voice of this browser does not answer.';
const FIRST = 20_000; // ms: a browser that looks for its voices for the first time takes seconds
const LOST = 1000; // ms between two looks at whether an end was lost

/** What the text of an element is in: what the page says of this place holds, then what the text tells, then what the page and its reader speak. */
function language(said: readonly Said[], at: Element): string {
  const from = at.closest('[lang]');
  const named = tagOf(from?.getAttribute('lang') ?? '');
  if (named && from !== document.documentElement) return named;
  return languageOf(said.flatMap(({ text, ours }) => (ours ? [] : [text])).join(' '), [named, ...navigator.languages].filter(Boolean));
}

export class Reading {
  private queue: SpeechSynthesisUtterance[];
  /** Kept here: an utterance that nobody holds is collected before its end is told. */
  private now: SpeechSynthesisUtterance | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private over = false;

  /** Begins at once. `ended` is called once, with why where it was not to the end and nobody stopped it. */
  constructor(private synth: SpeechSynthesis, said: readonly Said[], at: Element, private ended: (why: string | null) => void) {
    const voices = synth.getVoices();
    const speaker = (tag: string) => ({ tag, voice: voiceFor(tag, voices, navigator.languages) });
    const [own, english] = [speaker(language(said, at)), speaker('en')];
    this.queue = said.flatMap(({ text, ours }) => {
      const { tag, voice } = ours ? english : own;
      return inBreaths(text, tag).map(piece => {
        const utterance = new SpeechSynthesisUtterance(piece);
        utterance.voice = voice;
        utterance.lang = voice?.lang ?? tag;
        return utterance;
      });
    });
    document.dispatchEvent(new CustomEvent(HUSH));
    document.addEventListener(HUSH, this.stop);
    window.addEventListener('pagehide', this.stop);
    if (synth.paused) synth.resume();
    this.next();
  }

  readonly stop = (): void => this.end(null, true);

  private next(): void {
    clearTimeout(this.timer);
    const utterance = (this.now = this.queue.shift());
    if (!utterance) return this.end(null);
    const mine = (heard: (event: Event) => void) => (event: Event) => {
      if (!this.over && this.now === utterance) heard(event);
    };
    utterance.onstart = mine(() => this.watch());
    utterance.onend = mine(() => this.next());
    utterance.onerror = mine(event => this.end(this.why((event as SpeechSynthesisErrorEvent).error)));
    this.timer = setTimeout(() => this.end(MUTE, true), FIRST);
    this.synth.speak(utterance);
  }

  /** Some browsers tell no end of what they have said. */
  private watch(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.synth.speaking ? this.watch() : this.next()), LOST);
  }

  /** `hush`: something of this may still be said. Where not, what else the page says is left alone. */
  private end(why: string | null, hush = false): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.timer);
    document.removeEventListener(HUSH, this.stop);
    window.removeEventListener('pagehide', this.stop);
    if (hush) this.synth.cancel();
    this.ended(why);
  }

  private why(error: string): string | null {
    if (error === 'interrupted' || error === 'canceled') return null;
    if (error === 'not-allowed') return 'The browser lets a page speak only after a click on it.';
    return this.synth.getVoices().length ? `The voice failed: ${error}.` : NONE;
  }
}
