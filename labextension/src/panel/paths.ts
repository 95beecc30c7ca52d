/** Paths of notebooks, as the server, the kernel and the page write them. */

/** A file's path below the folder that the server shows, as its contents are asked for; null where it is not below. */
export function below(root: string, path: string): string | null {
  const [folder, file] = [root, path].map(each => each.replace(/\\/g, '/').replace(/\/+$/, '')) as [string, string];
  if (!/^(\/|~|[A-Za-z]:)/.test(file)) return file;
  if (file.startsWith(`${folder}/`)) return file.slice(folder.length + 1);
  // the one is told from the home folder on, the other from the root
  const [short, long] = folder.startsWith('~') ? [folder.slice(1), file] : [folder, file.startsWith('~') ? file.slice(1) : ''];
  if (folder.startsWith('~')) {
    const at = short ? long.indexOf(`${short}/`) : -1;
    return at >= 0 ? long.slice(at + short.length + 1) : null;
  }
  for (let at = 0; long && at >= 0; at = long.indexOf('/', at + 1)) if (at && folder.endsWith(long.slice(0, at))) return long.slice(at + 1);
  return null;
}
