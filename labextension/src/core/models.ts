/** Lists of models by their names: those like what is typed, and those that answered before. */

const LIMIT = 100;
const KEPT = 8;
const KEY = 'nbagent:models-that-answered';

/** Each once: those that begin like what is typed, then those that have all its words; as they come among equals. */
export function matching(models: readonly string[], typed: string): string[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const like = [...new Set(models)].filter(model => words.every(word => model.toLowerCase().includes(word)));
  const place = (model: string) => (model === typed ? 0 : model.toLowerCase().startsWith(words[0] ?? '') ? 1 : 2);
  return like.sort((a, b) => place(a) - place(b)).slice(0, LIMIT);
}

/** The models that were chosen last and answered, kept in the browser. */
export class Recent {
  constructor(private storage: Pick<Storage, 'getItem' | 'setItem'>) {}

  models(): string[] {
    try {
      const kept: unknown = JSON.parse(this.storage.getItem(KEY) ?? '[]');
      return Array.isArray(kept) ? kept.filter(each => typeof each === 'string') : [];
    } catch {
      return []; // another page's, or a browser that keeps nothing
    }
  }

  add(model: string): void {
    const kept = [model, ...this.models().filter(each => each !== model)].slice(0, KEPT);
    try {
      this.storage.setItem(KEY, JSON.stringify(kept));
    } catch {
      return; // a browser that keeps nothing
    }
  }
}
