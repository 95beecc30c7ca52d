/** The live widget: takes the kernel's numbered messages, draws them, and sends back what the reader does. */

import { KERNEL_ENDED, Run } from './core/run';
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

/** Nothing more comes from the kernel. */
function end({ run, views }: Live): void {
  const ops = run.end();
  for (const view of views) view.changed(ops);
}

/** Say it to the kernel; one that has ended takes nothing, and that is how some front ends tell. */
function send(model: Model, live: Live, message: unknown): void {
  try {
    model.send(message);
  } catch {
    end(live);
  }
}

export default {
  // here and not in `render`: messages come as soon as this has returned
  initialize({ model }: { model: Model }) {
    const id = model.get('run_id');
    const live = begin(id);
    // a page that was loaded again in mid-run knows nothing, and perhaps nothing more comes for long
    let timer: ReturnType<typeof setTimeout> | undefined = setTimeout(() => ask(), 1500);
    const ask = () => {
      send(model, live, { t: 'resync', have: live.run.seq });
      timer = setTimeout(() => {
        timer = undefined;
        if (live.run.behind && live.run.state.outcome === 'running') ask();
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
    const view = new RunView(live.run, { send: message => send(model, live, message) });
    live.views.add(view);
    view.el.addEventListener(KERNEL_ENDED, () => end(live));
    el.append(view.el);
    requestAnimationFrame(() => view.placed());
    send(model, live, { t: 'ready' });
    return () => {
      live.views.delete(view);
      view.dispose();
    };
  }
};
