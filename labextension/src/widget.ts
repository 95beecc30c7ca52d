/** The live widget: takes the kernel's numbered messages, draws them, and sends back what the reader does. */

import { Run } from './core/run';
import { RunView } from './core/view';

interface Model {
  get(name: string): unknown;
  on(event: string, handler: (message: unknown) => void): void;
  off(event: string, handler: (message: unknown) => void): void;
  send(message: unknown): void;
}

interface Live {
  run: Run;
  views: Set<RunView>;
}

/** By the widget's id: `initialize` and `render` are given different objects for the same model. */
const lives = new Map<unknown, Live>();

function begin(id: unknown): Live {
  const live: Live = { run: new Run(), views: new Set() };
  lives.set(id, live);
  return live;
}

export default {
  // here and not in `render`: messages come as soon as this has returned
  initialize({ model }: { model: Model }) {
    const id = model.get('run_id');
    const live = begin(id);
    // a page that was loaded again in mid-run knows nothing, and perhaps nothing more comes for long
    let timer: ReturnType<typeof setTimeout> | undefined = setTimeout(() => ask(), 1500);
    const ask = () => {
      model.send({ t: 'resync', have: live.run.seq });
      timer = setTimeout(() => {
        timer = undefined;
        if (live.run.behind) ask();
      }, 600);
    };
    const onMessage = (message: unknown) => {
      if (live.run.seq === 0) {
        clearTimeout(timer);
        timer = undefined;
      }
      const received = live.run.receive(message);
      if (live.run.behind && timer === undefined) ask();
      for (const view of live.views) {
        if (received.what === 'ops') view.changed(received.ops);
        else if (received.what === 'state') view.redraw();
      }
    };
    model.on('msg:custom', onMessage);
    return () => {
      clearTimeout(timer);
      model.off('msg:custom', onMessage);
      lives.delete(id);
    };
  },

  render({ model, el }: { model: Model; el: HTMLElement }) {
    const live = lives.get(model.get('run_id')) ?? begin(model.get('run_id'));
    const view = new RunView(live.run, { send: message => model.send(message) });
    live.views.add(view);
    el.append(view.el);
    requestAnimationFrame(() => view.placed());
    model.send({ t: 'ready' });
    return () => {
      live.views.delete(view);
      view.dispose();
    };
  }
};
