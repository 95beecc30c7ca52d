/** Cells that begin with %%agent are prose: they are coloured as Markdown, their first line as a command, what the notebook fills in as such. */

import { Compartment, Prec, type EditorState, type Extension } from '@codemirror/state';
import { Decoration, EditorView, MatchDecorator, ViewPlugin, type DecorationSet, type ViewUpdate } from '@codemirror/view';

import { beginsAgentCell } from './core/first-line';

const command = Decoration.line({ class: 'nba-command', attributes: { spellcheck: 'false' } });
/** The browser looks at the spelling of prose; of the first line and of what is filled in it does not. */
const spelling = EditorView.contentAttributes.of({ spellcheck: 'true' });

/** What is filled in from the notebook: an expression, or a block of the template. */
const filledIn = new MatchDecorator({ regexp: /\{\{.*?\}\}|\{%.*?%\}/g, decoration: Decoration.mark({ class: 'nba-filled-in', attributes: { spellcheck: 'false' } }) });

export const isAgentCell = (state: EditorState): boolean => beginsAgentCell(state.doc.line(1).text);

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
          if (this.on === on) view.dispatch({ effects: language.reconfigure(support ? [Prec.highest(support), Prec.highest(spelling)] : on ? spelling : []) });
        });
      }
    },
    { decorations: plugin => plugin.decorations }
  );
  const templates = ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;
      private on: boolean;

      constructor(view: EditorView) {
        this.on = isAgentCell(view.state);
        this.decorations = this.on ? filledIn.createDeco(view) : Decoration.none;
      }

      update(update: ViewUpdate): void {
        const on = isAgentCell(update.state);
        if (!on) this.decorations = Decoration.none;
        else this.decorations = this.on ? filledIn.updateDeco(update, this.decorations) : filledIn.createDeco(update.view);
        this.on = on;
      }
    },
    { decorations: plugin => plugin.decorations }
  );
  const theme = EditorView.baseTheme({
    '.nba-command': { opacity: '0.75' },
    // it stands in the prose but is no Markdown: `list[str]` is no link, `get_*` begins nothing
    '.nba-command span:not(.nba-filled-in, .nba-filled-in *)': { color: 'inherit !important', fontSize: 'inherit', fontStyle: 'inherit', fontWeight: 'inherit', textDecoration: 'none !important' },
    '.nba-filled-in, .nba-filled-in *': { color: 'var(--jp-mirror-editor-variable-2-color, #0550ae) !important', fontFamily: 'var(--jp-code-font-family, monospace)' }
  });
  return [language.of([]), plugin, Prec.lowest(templates), theme];
}
