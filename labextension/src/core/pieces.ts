/** What stands on the page one below the other: texts with their sources, thoughts, files, values and notices. */

import { button, h, icon, say, scroller, seconds, show } from './dom';
import { file } from './files';
import { Fold } from './fold';
import { Markdown } from './markdown';
import type { Memory } from './memory';
import { drawMarks, marked, numbered, sourceList } from './sources';
import type { FileItem, Item, NoticeItem, OutputItem, ReasoningItem, TextItem } from './state';
import { Value } from './value';

export interface Piece {
  k: Item['k'];
  el: HTMLElement;
  draw(item: Item, done: boolean): void;
  time?(item: Item): void;
}

/** `output` is the type that the answer is to be of: then a text that is JSON fills in as the value. */
export function textPiece(output: () => string | null): Piece {
  const body = h('div', 'nba-text');
  const cut = h('div', 'nba-note', 'The answer stops here.');
  const sources = h('div');
  const el = h('div', 'nba-answer', body, sources, cut);
  const markdown = new Markdown(body);
  let value: Value | undefined;
  let cited: TextItem['citations'];
  return {
    k: 'text',
    el,
    draw(raw, done) {
      const item = raw as TextItem;
      show(el, !item.folded);
      show(cut, !!item.partial);
      const type = output();
      const filling = type !== null && /^\s*(?:```(?:json)?\s*)?[{[]/.test(item.text);
      if (filling && !value) el.prepend(frame(type, (value = new Value())));
      if (value) show(value.el.parentElement!, filling);
      show(body, !filling);
      if (filling) value!.draw(item.text, true);
      else if (!done || !item.citations?.length) markdown.draw(item.text, done);
      else if (item.citations !== cited) {
        const found = numbered(item.citations);
        markdown.draw(marked(item.text, item.citations, found), true);
        drawMarks(body, found);
        sources.replaceChildren(sourceList(found));
        cited = item.citations;
      }
    }
  };
}

function frame(type: string, value: Value, ...more: HTMLElement[]): HTMLElement {
  return h('div', 'nba-output', h('div', 'nba-output-head', h('code', '', type || 'output'), ...more), value.el);
}

export function outputPiece(): Piece {
  const value = new Value();
  const mended = h('span', 'nba-flag', 'JSON mended');
  mended.title = 'The model wrote broken JSON; this is what could be made of it. Its own text is in the trace.';
  let json = '';
  const copy = button('Copy JSON', 'nba-copy-json', () => {
    void navigator.clipboard?.writeText(json).then(() => {
      say(copy, 'Copied');
      setTimeout(() => say(copy, 'Copy JSON'), 1200);
    });
  });
  const el = frame('', value, mended, copy);
  return {
    k: 'output',
    el,
    draw(raw) {
      const item = raw as OutputItem;
      json = item.json;
      say(el.querySelector('code')!, item.type || 'output');
      show(mended, !!item.repaired);
      value.draw(item.json);
    }
  };
}

export function filePiece(): Piece {
  const el = h('div');
  let drawn = '';
  return {
    k: 'file',
    el,
    draw(raw) {
      const item = raw as FileItem;
      const now = [item.media_type, item.name, item.url, item.size, item.data?.length].join('\n');
      if (now === drawn) return;
      drawn = now;
      el.replaceChildren(file(item));
    }
  };
}

export function reasoningPiece(key: string, memory: () => Memory): Piece {
  const fold = new Fold(`${key}.reasoning`, memory, 'nba-reasoning');
  const label = h('span');
  fold.summary.append(label);
  fold.body.classList.add('nba-text');
  scroller(fold.body, `${key}.reasoning`);
  const markdown = new Markdown(fold.body);
  return {
    k: 'reasoning',
    el: fold.el,
    draw(raw, done) {
      const item = raw as ReasoningItem;
      const over = done || item.duration !== undefined;
      const follow = !over && fold.body.scrollTop + fold.body.clientHeight >= fold.body.scrollHeight - 4;
      markdown.draw(item.text || (item.redacted ? '*The provider does not show these thoughts.*' : ''), over);
      say(label, over ? (item.duration === undefined ? 'Thought' : `Thought for ${seconds(item.duration)}`) : 'Thinking');
      fold.el.dataset.live = String(!over);
      fold.el.classList.toggle('nba-bare', over && !item.text && !item.redacted);
      fold.draw(!over && item.text !== '');
      if (follow) fold.body.scrollTop = fold.body.scrollHeight;
    }
  };
}

/** `waited`: the seconds since its wait began, null where nobody waits. What counts down is not announced at each second. */
export function noticePiece(waited: () => number | null): Piece {
  const text = h('span');
  const el = h('div', 'nba-notice', text);
  let level = '';
  return {
    k: 'notice',
    el,
    draw(raw) {
      const item = raw as NoticeItem;
      if (item.level !== level) {
        if (level) el.firstElementChild!.remove();
        el.prepend(icon(item.level));
        el.dataset.level = level = item.level;
      }
      this.time!(item);
    },
    time(raw) {
      const { text: whole, wait } = raw as NoticeItem;
      const gone = waited();
      if (!wait || gone === null) return say(text, whole);
      const left = Math.ceil(wait - gone);
      say(text, whole.replace(`in ${wait.toFixed(1)} s`, left > 0 ? `in ${left} s` : 'now'));
    }
  };
}
