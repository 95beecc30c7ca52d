/** The button that reads an answer aloud and stops reading it, and what it has to say where it cannot. */

import { drawing, h, say } from './dom';
import { Reading } from './reading';
import type { Said } from './spoken';

/** Label, what it does, and drawing: a loudspeaker, a square. */
export const IDLE: [label: string, title: string, shape: string] = ['Read aloud', 'Read the answer aloud, with a voice of this browser', 'M2.5 6h2.3L8 3v10L4.8 10H2.5zM10.3 6a2.8 2.8 0 010 4M12 4a5.6 5.6 0 010 8'];
const READS: typeof IDLE = ['Stop reading', 'Stop reading the answer', 'M4 4h8v8H4z'];
const CANNOT = 'This browser cannot read aloud.';

export class Aloud {
  readonly note = h('div', 'nba-aloud');
  private reading: Reading | null = null;

  /** `said` is what is to be said of the answer, asked for at each press. */
  constructor(private button: HTMLButtonElement, private said: () => Said[]) {
    this.note.setAttribute('role', 'status');
    this.show();
    // a browser looks for its voices when it is asked for the first time, and that takes a while
    const look = () => void window.speechSynthesis?.getVoices();
    for (const near of ['pointerenter', 'focus']) button.addEventListener(near, look, { once: true });
  }

  toggle(): void {
    say(this.note, '');
    if (this.reading) return this.stop();
    if (!window.speechSynthesis) return say(this.note, CANNOT);
    const said = this.said();
    if (!said.length) return say(this.note, 'There are no words in this answer.');
    this.reading = new Reading(window.speechSynthesis, said, this.button, why => {
      this.reading = null;
      say(this.note, why ?? '');
      this.show();
    });
    this.show();
  }

  stop(): void {
    this.reading?.stop();
  }

  private show(): void {
    const [label, title, shape] = this.reading ? READS : IDLE;
    const { button } = this;
    button.setAttribute('aria-label', label);
    button.title = title;
    button.firstElementChild!.replaceWith(drawing(shape));
    say(button.lastElementChild!, label);
  }
}
