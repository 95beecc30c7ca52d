/**
 * Files of a model's or a tool's. A picture is drawn only from bytes that are in the notebook; one on the web is loaded
 * when it is asked for, because an address is a way out for data.
 */

import { button, h, quiet } from './dom';
import type { FileItem, Picture } from './state';

const DRAWN = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
const SOUND = /^audio\/[\w.+-]+$/;
const BASE64 = /^[A-Za-z0-9+/=\s]*$/;

/** An address of the web that may be followed; null for any other. */
export function address(url: string | undefined): URL | null {
  if (!url || !/^https?:\/\//i.test(url)) return null;
  try {
    return new URL(url);
  } catch {
    return null;
  }
}

export function link(url: URL, label: string): HTMLAnchorElement {
  const element = quiet(h('a', '', label));
  element.href = url.href;
  element.target = '_blank';
  element.rel = 'noopener noreferrer nofollow';
  return element;
}

export function picture(media_type: string, data: string, name = 'A picture'): HTMLImageElement | null {
  if (!DRAWN.has(media_type) || !BASE64.test(data)) return null;
  const image = h('img', 'nba-picture');
  image.src = `data:${media_type};base64,${data}`;
  image.alt = name;
  return image;
}

export const pictures = (images: Picture[], name: string): HTMLElement[] => images.flatMap(image => picture(image.media_type, image.data, `A picture that ${name} made`) ?? []);

const size = (bytes: number): string => (bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : bytes >= 1e3 ? `${Math.round(bytes / 1e3)} KB` : `${bytes} bytes`);

/** What stands for a file: the picture, the sound, a link, or words. */
export function file(item: FileItem): HTMLElement {
  const name = item.name || item.media_type;
  const el = h('figure', 'nba-file');
  if (item.data !== undefined && BASE64.test(item.data)) {
    const image = picture(item.media_type, item.data, name);
    if (image) el.append(image);
    else if (SOUND.test(item.media_type)) {
      const sound = h('audio');
      sound.controls = true;
      sound.src = `data:${item.media_type};base64,${item.data}`;
      el.append(sound);
    }
    const save = quiet(h('a', '', image ? 'Save' : `Save ${name}`));
    save.download = item.name || `file.${(item.media_type.split('/')[1] ?? 'bin').replace(/[^\w]/g, '') || 'bin'}`;
    save.href = `data:application/octet-stream;base64,${item.data}`; // saved, and never opened as what it says it is
    el.append(h('figcaption', 'nba-note', ...(image && item.name ? [item.name, ' · '] : []), save));
    return el;
  }
  const url = address(item.url);
  if (url) {
    const words = h('figcaption', 'nba-note', `${name} at `, link(url, url.host));
    if (DRAWN.has(item.media_type) || item.media_type === 'image/*') {
      const load = button('Load', 'nba-load', () => {
        const image = h('img', 'nba-picture');
        image.referrerPolicy = 'no-referrer';
        image.alt = name;
        image.src = url.href;
        load.remove();
        el.prepend(image);
      });
      load.setAttribute('aria-label', `Load the picture from ${url.host}`);
      words.prepend(load, ' ');
    }
    el.append(words);
  } else el.append(h('figcaption', 'nba-note', item.size === undefined ? `${name}: there is nothing to show of it` : `${name}, ${size(item.size)}: too large to be kept in the notebook; it is in the result's messages`));
  return el;
}
