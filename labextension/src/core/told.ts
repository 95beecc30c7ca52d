/** The page's settings as what a kernel is told: one assignment on its shell, which nbagent reads when it is loaded there. */

/** Those that were said: null is what stands where nothing was, and a form that was emptied leaves an empty text. */
export function said(settings: Record<string, unknown>): Record<string, unknown> {
  const there = Object.entries(settings).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return Object.fromEntries(there.map(([name, value]) => [name, name === 'params' ? read(value as object) : value]));
}

/** Parameters, of which the form makes text: read as `-p KEY VALUE` reads them, as JSON or else as text. */
const read = (params: object) => Object.fromEntries(Object.entries(params).map(([name, value]) => [name, typeof value === 'string' ? jsonOr(value) : (value as unknown)]));

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Python that sets them, and leaves no name behind in the notebook. */
export function assignment(settings: Record<string, unknown>): string {
  // in ASCII, so that the JSON text of the JSON text is a literal of Python too
  const json = JSON.stringify(settings).replace(/[\u007f-\uffff]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `__import__('IPython').get_ipython().nbagent_page_settings = __import__('json').loads(${JSON.stringify(json)})`;
}
