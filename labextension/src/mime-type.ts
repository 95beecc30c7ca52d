/** The type of a saved run in an output's bundle; a file of its own, as the page loads plugins and renderers apart. */

export const MIME = 'application/vnd.nbagent.run+json';
