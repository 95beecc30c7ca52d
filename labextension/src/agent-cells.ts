/** Cells that begin with %%agent are prose: they are coloured as Markdown, their first line as a command. */

import { Compartment, Prec, type EditorState, type Extension } from '@codemirror/state';
import { Decoration, EditorView, ViewPlugin, type DecorationSet, type ViewUpdate } from '@codemirror/view';

const FIRST_LINE = /^\s*%%agent\b/;
const command = Decoration.line({ class: 'nba-command' });

export const isAgentCell = (state: EditorState): boolean => FIRST_LINE.test(state.doc.line(1).text);

/** The editor extension; `markdown` gives the language of the page itself, so that none is bundled here. */
export function agentCells(markdown: () => Promise<Extension | null>): Extension {
  const language = new Compartment();
  const plugin = ViewPlugin.fromClass(
    class {
      decorations: DecorationSet = Decoration.none;
      private on = false;

      constructor(view: EditorView) {
        this.look(view);
      }

      update(update: ViewUpdate): void {
        if (update.docChanged) this.look(update.view);
      }

      private look(view: EditorView): void {
        const on = isAgentCell(view.state);
        this.decorations = on ? Decoration.set([command.range(0)]) : Decoration.none;
        if (on === this.on) return;
        this.on = on;
        // not within the update itself: an editor takes no changes while it applies one
        void Promise.resolve(on ? markdown() : null).then(support => {
          if (this.on === on) view.dispatch({ effects: language.reconfigure(support ? Prec.highest(support) : []) });
        });
      }
    },
    { decorations: plugin => plugin.decorations }
  );
  return [language.of([]), plugin, EditorView.baseTheme({ '.nba-command': { opacity: '0.75' } })];
}
