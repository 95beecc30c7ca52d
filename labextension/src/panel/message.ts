/** One message of a conversation, to read. Text goes in as text; what is long or a tool's is folded. */

import { button, count, h, quiet } from '../core/dom';
import { isValue, pretty } from '../core/json';
import type { MessageRow, Part } from './session-rows';

/** Characters of a text that are shown unfolded. */
const LONG = 1_200;
const ROLES: Record<string, string> = { user: 'You', assistant: 'Assistant', tool: 'Tools', system: 'System' };

/** The message with its parts; `fork` is asked to go on from here. */
export function drawMessage(message: MessageRow, fork: () => void): HTMLElement {
  const role = ROLES[message.role] ?? message.role;
  const facts = [message.model ?? '', message.output === null ? '' : `${count(message.input ?? 0)} → ${count(message.output)}`].filter(Boolean).join(' · ');
  const go = button('Fork from here', 'nba-quiet', fork);
  go.setAttribute('aria-label', `Fork from message ${message.at + 1}`);
  const made = h('li', 'nba-message', h('div', 'nba-message-head', h('b', '', role), h('span', 'nba-hint', facts), go), ...message.parts.map(part => drawPart(message.role, part)));
  made.dataset.role = message.role;
  return made;
}

function drawPart(role: string, part: Part): HTMLElement {
  const plain = part.format === 'text' && part.title === role;
  const text = part.format === 'json' && isValue(part.text) ? pretty(part.text) : part.text;
  const body = h('pre', plain ? 'nba-speech' : 'nba-listing', text);
  if (part.format === 'error') body.dataset.failed = 'true';
  if (plain && text.length <= LONG) return body;
  body.tabIndex = 0;
  const summary = quiet(h('summary', 'nba-summary', plain ? `${count(text.length)} characters: ${text.slice(0, 160).replace(/\s+/g, ' ')} …` : part.title));
  if (!plain) summary.append(h('span', 'nba-brief', text.slice(0, 120).replace(/\s+/g, ' ')));
  return h('details', 'nba-inner', summary, body);
}
