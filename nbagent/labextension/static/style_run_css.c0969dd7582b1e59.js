"use strict";(self.rspackChunknbagent_labextension=self.rspackChunknbagent_labextension||[]).push([["style_run_css"],{"./node_modules/css-loader/dist/cjs.js!./style/actions.css"(e,a,n){var o=n("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),r=n.n(o),t=n("./node_modules/css-loader/dist/runtime/api.js"),i=(n.n(t))()(r());i.push([e.id,`/* -- what can be done with an answer ---------------------------------------------------------------------------------- */

.nba-actions {
  display: flex;
  flex: none;
  flex-wrap: wrap;
  margin: -0.2em 0 0;
}

.nba .nba-action {
  align-items: center;
  background: transparent;
  border: 0;
  border-radius: 5px;
  color: inherit;
  cursor: pointer;
  display: inline-flex;
  font: 500 1em/1.5 var(--f-text);
  gap: 0.27em;
  padding: 0.2em 0.3em;
  white-space: nowrap;
}

.nba .nba-action:hover {
  background: var(--c-press);
  color: var(--jp-content-font-color1, var(--vscode-foreground, inherit));
}

.nba .nba-action[aria-pressed='true'] {
  background: var(--c-press);
  color: var(--jp-content-font-color1, var(--vscode-foreground, inherit));
}

/* never gone, also while empty: what is said in a place that was not there is not announced */
.nba-aloud:not(:empty) {
  color: var(--jp-content-font-color1, var(--vscode-foreground, inherit));
  margin-top: 0.2em;
}

/* where they would take the facts' place, only the drawings are left; what they mean is in their names */
@container (max-width: 62em) {
  .nba-action-label {
    display: none;
  }

  .nba .nba-action {
    padding-inline: 0.35em;
  }
}

/* and where even these would, they stand below */
@container (max-width: 36em) {
  .nba-footer:has(> .nba-actions:not([hidden])) {
    flex-wrap: wrap;
    row-gap: 0.3em;
  }

  .nba-line:has(+ .nba-actions:not([hidden])) {
    flex-basis: calc(100% - 2.5em);
  }

  .nba-actions {
    margin: 0 0 0 1.2em;
  }
}
`,""]),n.d(a,{},{A:i})},"./node_modules/css-loader/dist/cjs.js!./style/approval.css"(e,a,n){var o=n("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),r=n.n(o),t=n("./node_modules/css-loader/dist/runtime/api.js"),i=(n.n(t))()(r());i.push([e.id,`/* -- what a person says of a call: the fields of its arguments, and for how long ----------------------------------------- */

.nba-card:has(.nba-approval) {
  grid-column: 1 / -1;
}

.nba-approval > .nba-problem {
  margin-top: 0.5em;
}

.nba-left > * {
  color: var(--c-mute);
}

.nba-default {
  border: 1px solid var(--c-line);
  border-radius: 1em;
  color: var(--c-mute);
  font-family: var(--f-text);
  font-size: 0.82em;
  line-height: 1.4;
  margin-left: 0.6em;
  padding: 0 0.55em;
  white-space: nowrap;
}

.nba-value > .nba-default:first-child {
  margin-left: 0;
}

.nba-arguments,
.nba-param-list {
  display: grid;
  gap: 0.6em;
  grid-template-columns: minmax(0, 1fr);
}

.nba-param-list {
  gap: 0.8em 1.4em;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 17em), 1fr));
}

.nba-param {
  align-content: start;
  display: grid;
  gap: 0.15em;
  min-width: 0;
}

.nba-param:has([data-kind='json']) {
  grid-column: 1 / -1;
}

.nba-param-head,
.nba-param-line {
  align-items: center;
  display: flex;
  flex-wrap: wrap;
  gap: 0.2em 0.6em;
  min-height: 1.7em;
}

.nba-param-name {
  font-family: var(--f-code);
  font-size: 0.9em;
  font-weight: 600;
  overflow-wrap: anywhere;
}

.nba-param-head > .nba-default {
  margin-left: 0;
}

.nba .nba-control {
  background: var(--jp-layout-color1, canvas);
  border: 1px solid color-mix(in srgb, currentcolor 45%, transparent);
  border-radius: 5px;
  color: inherit;
  flex: 1 1 8em;
  font-family: var(--f-code);
  font-size: 0.9em;
  line-height: 1.5;
  margin: 0;
  max-width: 100%;
  min-width: 0;
  padding: 0.25em 0.55em;
}

.nba textarea.nba-control {
  max-height: 16em;
  resize: vertical;
}

.nba .nba-control[type='checkbox'] {
  accent-color: var(--c-brand);
  flex: none;
  height: 1.15em;
  width: 1.15em;
}

.nba .nba-control[aria-invalid='true'] {
  border-color: var(--c-bad);
  box-shadow: 0 0 0 1px var(--c-bad);
}

.nba-none {
  align-items: center;
  color: var(--c-mute);
  display: inline-flex;
  flex: none;
  gap: 0.35em;
}

.nba-hint {
  color: var(--c-mute);
  font-size: 0.86em;
  line-height: 1.4;
  margin: 0;
  overflow-wrap: anywhere;
}

.nba .nba-button.nba-quiet {
  background: none;
  border-color: transparent;
  color: var(--c-brand);
  font-size: 0.86em;
  justify-self: start;
  padding: 0 0.2em;
}

.nba .nba-button.nba-quiet:hover {
  text-decoration: underline;
}

.nba-choice {
  align-items: baseline;
  display: grid;
  gap: 0.2em 0.9em;
  grid-template-columns: minmax(7.5em, max-content) minmax(0, 1fr);
}

@container (max-width: 22em) {
  .nba-choice {
    grid-template-columns: minmax(0, 1fr);
  }
}
`,""]),n.d(a,{},{A:i})},"./node_modules/css-loader/dist/cjs.js!./style/base.css"(e,a,n){var o=n("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),r=n.n(o),t=n("./node_modules/css-loader/dist/runtime/api.js"),i=(n.n(t))()(r());i.push([e.id,`/*
 * A run on the page. Text and fonts are the front end's own (JupyterLab's, then VS Code's variables, else what is
 * inherited); lines and grounds are mixed from the text's colour, so that they fit any ground.
 */

.nba {
  --c-mute: color-mix(in srgb, currentcolor 68%, transparent);
  --c-line: color-mix(in srgb, currentcolor 17%, transparent);
  --c-soft: color-mix(in srgb, currentcolor 4.5%, transparent);
  --c-press: color-mix(in srgb, currentcolor 10%, transparent);
  --c-brand: light-dark(#0b57d0, #7cb0ff);
  --c-ok: light-dark(#1a7f37, #56d364);
  --c-bad: light-dark(#c62828, #ff8a80);
  --c-warn: light-dark(#8a5300, #ffb454);
  --c-keyword: light-dark(#8250df, #c8a2ff);
  --c-string: light-dark(#0a6640, #8fd6a0);
  --c-number: light-dark(#0550ae, #79c0ff);
  --c-title: light-dark(#953800, #ffb77c);
  --f-text: var(--jp-content-font-family, var(--vscode-font-family, system-ui, sans-serif));
  --f-code: var(--jp-code-font-family, var(--vscode-editor-font-family, ui-monospace, Menlo, Consolas, monospace));

  box-sizing: border-box;
  color: var(--jp-content-font-color1, var(--vscode-foreground, inherit));
  color-scheme: light;
  container-type: inline-size;
  font-family: var(--f-text);
  font-size: var(--jp-content-font-size1, 14px);
  line-height: 1.55;
  max-width: 68em;
  overflow-wrap: break-word;
  padding: 3px 0;
}

body[data-jp-theme-light='false'] .nba,
body.vscode-dark .nba,
html[theme='dark'] .nba {
  color-scheme: dark;
}

@media (prefers-color-scheme: dark) {
  body:not([data-jp-theme-light], .vscode-light) .nba {
    color-scheme: dark;
  }
}

.nba *,
.nba *::before {
  box-sizing: border-box;
}

.nba [hidden] {
  display: none !important;
}

.nba-items {
  display: flex;
  flex-direction: column;
  gap: 0.75em;
}

.nba-items > * {
  min-width: 0;
}

.nba :focus-visible {
  border-radius: 4px;
  outline: 2px solid var(--c-brand);
  outline-offset: 1px;
}

.nba-icon {
  fill: none;
  flex: none;
  height: 1.1em;
  stroke: currentcolor;
  stroke-linecap: round;
  stroke-linejoin: round;
  stroke-width: 1.6;
  width: 1.1em;
}

.nba-spin {
  animation: nba-turn 0.9s linear infinite;
  border: 1.6px solid var(--c-line);
  border-radius: 50%;
  border-top-color: var(--c-brand);
  display: inline-block;
  height: 0.95em;
  margin: 0.075em;
  width: 0.95em;
}

@keyframes nba-turn {
  to {
    transform: rotate(1turn);
  }
}

@media (prefers-reduced-motion: reduce) {
  .nba-spin {
    animation-duration: 6s;
  }
}
`,""]),n.d(a,{},{A:i})},"./node_modules/css-loader/dist/cjs.js!./style/cards.css"(e,a,n){var o=n("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),r=n.n(o),t=n("./node_modules/css-loader/dist/runtime/api.js"),i=(n.n(t))()(r());i.push([e.id,`/* -- what opens and closes ------------------------------------------------------------------------------------------ */

.nba-summary {
  align-items: center;
  cursor: pointer;
  display: flex;
  gap: 0.5em;
  list-style: none;
  min-width: 0;
}

.nba-summary::-webkit-details-marker {
  display: none;
}

.nba-reasoning > .nba-summary,
.nba-inner > .nba-summary {
  color: var(--c-mute);
  font-size: 0.93em;
  width: fit-content;
}

.nba-reasoning > .nba-summary::before,
.nba-inner > .nba-summary::before {
  border: solid currentcolor;
  border-width: 0 1.5px 1.5px 0;
  content: '';
  height: 0.4em;
  margin: 0 0.2em 0 0.1em;
  transform: rotate(-45deg);
  transition: transform 0.12s;
  width: 0.4em;
}

.nba-reasoning[open] > .nba-summary::before,
.nba-inner[open] > .nba-summary::before {
  transform: translateY(-0.1em) rotate(45deg);
}

.nba-reasoning > .nba-summary:hover,
.nba-inner > .nba-summary:hover {
  color: inherit;
}

.nba-reasoning > .nba-fold-body {
  border-left: 2px solid var(--c-line);
  color: var(--c-mute);
  font-size: 0.95em;
  margin: 0.35em 0 0.1em 0.3em;
  padding-left: 0.9em;
}

.nba-reasoning[data-live='true'] > .nba-fold-body {
  max-height: 13em;
  overflow-y: auto;
}

.nba-reasoning.nba-bare > .nba-summary {
  cursor: default;
  pointer-events: none;
}

.nba-reasoning.nba-bare > .nba-summary::before {
  visibility: hidden;
}

/* -- tool cards ----------------------------------------------------------------------------------------------------- */

.nba-calls {
  align-items: start;
  display: grid;
  gap: 0.6em;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 22em), 1fr));
}

.nba-card {
  border: 1px solid var(--c-line);
  border-radius: 8px;
  min-width: 0;
  overflow: hidden;
}

/* code needs the width, a search all of its line, a value as much as it has later */
.nba-card:only-child:has(.nba-long),
.nba-card:has(> .nba-summary > .nba-flag),
.nba-card:has(> .nba-fold-body > .nba-json) {
  grid-column: 1 / -1;
}

.nba-card > .nba-summary {
  background: var(--c-soft);
  min-height: 2.2em;
  padding: 0.3em 0.7em;
}

.nba-card > .nba-summary:focus-visible {
  border-radius: 8px;
  outline-offset: -2px;
}

.nba-card[data-status='ok'] > .nba-summary > .nba-icon {
  color: var(--c-ok);
}

.nba-card[data-status='error'] > .nba-summary > .nba-icon {
  color: var(--c-bad);
}

.nba-card[data-status='pending'] {
  border-color: var(--c-warn);
}

.nba-card[data-status='pending'] > .nba-summary > :is(.nba-icon, .nba-status) {
  color: var(--c-warn);
}

.nba-card[data-status='error'] {
  border-color: color-mix(in srgb, var(--c-bad) 45%, transparent);
}

.nba-name {
  flex: none;
  font-weight: 600;
  max-width: 70%;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.nba-brief {
  color: var(--c-mute);
  flex: 1;
  font-family: var(--f-code);
  font-size: 0.86em;
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.nba-card[open] > .nba-summary > .nba-brief {
  visibility: hidden;
}

.nba-status {
  color: var(--c-mute);
  flex: none;
  font-size: 0.86em;
  font-variant-numeric: tabular-nums;
  margin-left: auto;
}

.nba-card > .nba-fold-body > * {
  padding: 0.5em 0.75em;
}

.nba-card > .nba-fold-body > * + * {
  border-top: 1px solid var(--c-line);
}

.nba-args {
  align-content: start;
  display: grid;
  font-size: 0.88em;
  gap: 0.15em 0.9em;
  grid-template-columns: fit-content(38%) minmax(0, 1fr);
  max-height: 15em;
  overflow: auto;
}

.nba-arg {
  display: contents;
  line-height: 1.5;
}

.nba-args > .nba-block,
.nba-long > * {
  grid-column: 1 / -1;
}

.nba-key {
  color: var(--c-mute);
  flex: none;
  font-family: var(--f-code);
  min-width: 3.6em;
  overflow-wrap: anywhere;
}

.nba-value {
  font-family: var(--f-code);
  min-width: 0;
  white-space: pre-wrap;
  word-break: break-word;
}

.nba-long > .nba-value {
  border-left: 2px solid var(--c-line);
  margin: 0.15em 0 0.25em;
  overflow-x: auto;
  padding-left: 0.75em;
  white-space: pre;
}

.nba :is(.nba-result, .nba-progress, .nba-block) {
  background: none;
  border: 0;
  line-height: 1.45;
  margin: 0;
  max-height: 15em;
  overflow: auto;
  white-space: pre-wrap;
  word-break: break-word;
}

.nba-card :is(.nba-result, .nba-progress) {
  font-size: 0.86em;
}

.nba-card > .nba-fold-body > :is(.nba-result, .nba-block) {
  border-top: 1px solid var(--c-line);
}

.nba-card > .nba-fold-body > :first-child {
  border-top: 0;
}

.nba .nba-progress {
  color: var(--c-mute);
  max-height: 7.5em;
  padding-top: 0.3em;
}

.nba-tool-error {
  color: var(--c-bad);
  font-size: 0.92em;
  white-space: pre-wrap;
}

.nba-note {
  color: var(--c-mute);
  font-size: 0.86em;
}

.nba-answer > .nba-note {
  font-style: italic;
  margin-top: 0.4em;
}

.nba-flag {
  border: 1px solid var(--c-line);
  border-radius: 1em;
  color: var(--c-mute);
  flex: none;
  font-family: var(--f-text);
  font-size: 0.8em;
  line-height: 1.5;
  padding: 0 0.6em;
  white-space: nowrap;
}

.nba-calls:not(:has(> :not([hidden]))) {
  display: none;
}

.nba-card > .nba-fold-body > .nba-bar {
  border: 0;
  padding: 0;
}

.nba-bar {
  background: var(--c-soft);
  height: 4px;
}

.nba-bar > div {
  background: var(--c-brand);
  height: 100%;
  transition: width 0.2s;
}
`,""]),n.d(a,{},{A:i})},"./node_modules/css-loader/dist/cjs.js!./style/foot.css"(e,a,n){var o=n("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),r=n.n(o),t=n("./node_modules/css-loader/dist/runtime/api.js"),i=(n.n(t))()(r());i.push([e.id,`/* -- decisions ------------------------------------------------------------------------------------------------------ */

.nba-buttons {
  display: flex;
  flex-wrap: wrap;
  gap: 0.5em;
}

.nba .nba-button {
  background: transparent;
  border: 1px solid color-mix(in srgb, currentcolor 30%, transparent);
  border-radius: 6px;
  color: inherit;
  cursor: pointer;
  font: 500 0.92em/1.5 var(--f-text);
  padding: 0.12em 0.8em;
}

.nba .nba-button:hover:enabled {
  background: var(--c-press);
}

.nba .nba-button:disabled {
  cursor: default;
  opacity: 0.5;
}

.nba .nba-primary {
  background: light-dark(#0b57d0, #2f6fdb);
  border-color: transparent;
  color: #fff;
}

.nba .nba-primary:hover:enabled {
  background: light-dark(#0946a8, #4683ea);
}

.nba .nba-danger {
  background: light-dark(#c62828, #c0392f);
  border-color: transparent;
  color: #fff;
}

.nba .nba-danger:hover:enabled {
  background: light-dark(#a31f1f, #d24b41);
}

.nba-form {
  display: flex;
  flex-direction: column;
  gap: 0.5em;
}

.nba :is(.nba-edit, .nba-reason) {
  background: transparent;
  border: 1px solid color-mix(in srgb, currentcolor 30%, transparent);
  border-radius: 6px;
  color: inherit;
  font-size: 0.9em;
  line-height: 1.45;
  padding: 0.4em 0.6em;
  width: 100%;
}

.nba .nba-reason {
  font-family: var(--f-text);
}

.nba .nba-edit {
  resize: vertical;
}

.nba .nba-edit[aria-invalid='true'] {
  border-color: var(--c-bad);
}

.nba-problem {
  color: var(--c-bad);
  font-size: 0.86em;
}

.nba-problem:empty {
  display: none;
}

/* -- notices, error, footer ----------------------------------------------------------------------------------------- */

.nba-notice {
  align-items: flex-start;
  color: var(--c-mute);
  display: flex;
  font-size: 0.93em;
  gap: 0.5em;
}

.nba-notice > .nba-icon {
  margin-top: 0.22em;
}

.nba-notice[data-level='warning'] > .nba-icon {
  color: var(--c-warn);
}

.nba-notice[data-level='error'] {
  color: var(--c-bad);
}

.nba-error {
  border-left: 3px solid var(--c-bad);
  margin-top: 0.6em;
  padding: 0.1em 0 0.1em 0.8em;
}

.nba-error > strong {
  color: var(--c-bad);
}

.nba-footer {
  align-items: flex-start;
  color: var(--c-mute);
  display: flex;
  font-size: 0.86em;
  font-variant-numeric: tabular-nums;
  gap: 0.55em;
  margin-top: 0.6em;
  min-height: 2em;
}

.nba-footer > .nba-icon {
  margin-top: 0.22em;
}

.nba-footer > .nba-spin {
  margin-top: 0.3em;
}

.nba[data-outcome='completed'] .nba-footer > .nba-icon {
  color: var(--c-ok);
}

.nba[data-outcome='failed'] .nba-footer > .nba-icon {
  color: var(--c-bad);
}

.nba[data-outcome='paused'] .nba-footer > .nba-icon {
  color: var(--c-warn);
}

.nba-items:empty + .nba-error + .nba-footer {
  margin-top: 0;
}

/* a dot before every fact; that of a row's first one falls outside the line, and a long fact goes on below itself */
.nba-line {
  flex: 1;
  min-width: 0;
  overflow: hidden;
}

.nba-facts {
  display: flex;
  flex-wrap: wrap;
  margin-left: -1.3em;
}

.nba-fact {
  padding-left: 1.3em;
  position: relative;
}

.nba-fact::before {
  content: '\xb7';
  left: 0;
  position: absolute;
  text-align: center;
  width: 1.3em;
}

.nba .nba-stop {
  font-size: 0.95em;
  padding-block: 0;
}
`,""]),n.d(a,{},{A:i})},"./node_modules/css-loader/dist/cjs.js!./style/run.css"(e,a,n){var o=n("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),r=n.n(o),t=n("./node_modules/css-loader/dist/runtime/api.js"),i=n.n(t),s=n("./node_modules/css-loader/dist/cjs.js!./style/base.css"),d=n("./node_modules/css-loader/dist/cjs.js!./style/text.css"),l=n("./node_modules/css-loader/dist/cjs.js!./style/cards.css"),b=n("./node_modules/css-loader/dist/cjs.js!./style/values.css"),c=n("./node_modules/css-loader/dist/cjs.js!./style/foot.css"),m=n("./node_modules/css-loader/dist/cjs.js!./style/approval.css"),p=n("./node_modules/css-loader/dist/cjs.js!./style/actions.css"),u=i()(r());u.i(s.A),u.i(d.A),u.i(l.A),u.i(b.A),u.i(c.A),u.i(m.A),u.i(p.A),u.push([e.id,`/* A run on the page, piece by piece; what comes later may lay over what comes before. */
`,""]),n.d(a,{},{A:u})},"./node_modules/css-loader/dist/cjs.js!./style/text.css"(e,a,n){var o=n("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),r=n.n(o),t=n("./node_modules/css-loader/dist/runtime/api.js"),i=(n.n(t))()(r());i.push([e.id,`/* -- Markdown ------------------------------------------------------------------------------------------------------ */

.nba-text > * {
  margin: 0 0 0.65em;
}

.nba-text > :last-child {
  margin-bottom: 0;
}

.nba-text :is(h1, h2, h3, h4, h5, h6) {
  color: inherit;
  font-weight: 600;
  line-height: 1.3;
  margin: 1em 0 0.45em;
}

.nba-text > :is(h1, h2, h3, h4, h5, h6):first-child {
  margin-top: 0;
}

.nba-text h1 {
  font-size: 1.4em;
}

.nba-text h2 {
  font-size: 1.22em;
}

.nba-text h3 {
  font-size: 1.08em;
}

.nba-text :is(h4, h5, h6) {
  font-size: 1em;
}

.nba-text :is(ul, ol) {
  padding-left: 1.7em;
}

.nba-text :is(ul, ol) :is(ul, ol) {
  margin: 0.15em 0;
}

.nba-text li {
  margin: 0.15em 0;
}

.nba-text li > p {
  margin: 0 0 0.4em;
}

.nba-text li:has(> input) {
  list-style: none;
}

.nba-text li > input {
  margin: 0 0.5em 0 -1.4em;
  vertical-align: -0.1em;
}

.nba-text blockquote {
  border-left: 3px solid var(--c-line);
  color: var(--c-mute);
  margin-left: 0;
  padding: 0 0 0 0.9em;
}

.nba-text blockquote > :last-child {
  margin-bottom: 0;
}

.nba-text hr {
  border: 0;
  border-top: 1px solid var(--c-line);
  margin: 1em 0;
}

.nba-text a[href] {
  color: var(--jp-content-link-color, var(--vscode-textLink-foreground, var(--c-brand)));
  text-decoration: underline;
  text-underline-offset: 2px;
}

.nba :is(code, pre, textarea) {
  font-family: var(--f-code);
  font-size: 0.92em;
}

.nba-text :not(pre) > code {
  background: var(--c-soft);
  border-radius: 4px;
  color: inherit;
  font-size: 0.9em;
  padding: 0.12em 0.35em;
}

.nba-image {
  color: var(--c-mute);
}

.nba-code {
  position: relative;
}

.nba .nba-code pre {
  background: var(--c-soft);
  border: 1px solid var(--c-line);
  border-radius: 6px;
  line-height: 1.45;
  margin: 0;
  max-height: 40em;
  overflow: auto;
  padding: 0.65em 0.85em;
  white-space: pre;
  word-break: normal;
}

.nba .nba-code code {
  background: none;
  font-size: 1em;
  padding: 0;
}

.nba-copy {
  background: light-dark(#fff, #2b2b2b);
  border: 1px solid var(--c-line);
  border-radius: 5px;
  color: light-dark(#444, #ccc);
  cursor: pointer;
  font: 500 0.8em/1.5 var(--f-text);
  opacity: 0;
  padding: 0.1em 0.6em;
  position: absolute;
  right: 0.5em;
  top: 0.5em;
}

.nba-code:hover .nba-copy,
.nba-copy:focus-visible {
  opacity: 1;
}

.nba-table {
  overflow-x: auto;
}

.nba .nba-table table {
  border-collapse: collapse;
  font-size: 0.95em;
  font-variant-numeric: tabular-nums;
  margin: 0;
  width: max-content;
}

.nba .nba-table :is(th, td) {
  border-bottom: 1px solid var(--c-line);
  max-width: 30em;
  padding: 0.3em 0.9em 0.3em 0;
  text-align: left;
  vertical-align: top;
  white-space: normal;
}

.nba .nba-table [align='right'] {
  text-align: right;
}

.nba .nba-table [align='center'] {
  text-align: center;
}

.nba .nba-table th {
  font-weight: 600;
  white-space: nowrap;
}

.nba-comment,
.nba-quote,
.nba-meta {
  color: var(--c-mute);
}

.nba-comment {
  font-style: italic;
}

:is(.nba-keyword, .nba-literal, .nba-selector-tag, .nba-section, .nba-tag) {
  color: var(--c-keyword);
}

:is(.nba-string, .nba-regexp, .nba-addition, .nba-char) {
  color: var(--c-string);
}

:is(.nba-number, .nba-symbol, .nba-built_in, .nba-type, .nba-attr, .nba-attribute) {
  color: var(--c-number);
}

:is(.nba-title, .nba-variable, .nba-deletion, .nba-bullet) {
  color: var(--c-title);
}
`,""]),n.d(a,{},{A:i})},"./node_modules/css-loader/dist/cjs.js!./style/values.css"(e,a,n){var o=n("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),r=n.n(o),t=n("./node_modules/css-loader/dist/runtime/api.js"),i=(n.n(t))()(r());i.push([e.id,`/* -- pictures, tables and values ------------------------------------------------------------------------------------ */

.nba-card:only-child:has(:is(.nba-picture, .nba-result-table:not([hidden]))) {
  grid-column: 1 / -1;
}

.nba-images {
  display: flex;
  flex-wrap: wrap;
  gap: 0.6em;
}

.nba .nba-picture {
  background: #fff;
  border-radius: 4px;
  display: block;
  height: auto;
  max-height: 34em;
  max-width: 100%;
  object-fit: contain;
}

.nba-file {
  margin: 0;
}

.nba-file > audio {
  display: block;
  max-width: 100%;
}

.nba-file > figcaption {
  margin-top: 0.3em;
}

.nba :is(.nba-file, .nba-sources, .nba-cite) a {
  color: var(--jp-content-link-color, var(--vscode-textLink-foreground, var(--c-brand)));
  text-decoration: none;
}

.nba :is(.nba-file, .nba-sources) a:hover {
  text-decoration: underline;
}

.nba :is(.nba-json, .nba-result-table) .nba-table {
  max-height: 24em;
  overflow: auto;
}

.nba :is(.nba-json, .nba-result-table) :is(th, td) {
  padding: 0.25em 1.4em 0.25em 0;
}

.nba :is(.nba-json, .nba-result-table) :is(th, td):last-child {
  padding-right: 0.2em;
}

.nba :is(.nba-json, .nba-result-table) tbody tr:last-child td {
  border-bottom: 0;
}

.nba :is(.nba-json, .nba-result-table) th {
  background: var(--jp-layout-color0, var(--vscode-editor-background, canvas));
  position: sticky;
  top: 0;
}

.nba .nba-table :is(th, td).nba-right {
  text-align: right;
}

.nba-result-table > .nba-note {
  margin-top: 0.35em;
}

.nba-result-table > .nba-note:empty,
.nba-json .nba-note:empty {
  display: none;
}

.nba-output {
  border: 1px solid var(--c-line);
  border-radius: 8px;
  overflow: hidden;
}

.nba-output-head {
  align-items: center;
  background: var(--c-soft);
  display: flex;
  gap: 0.6em;
  min-height: 2.2em;
  padding: 0.3em 0.7em;
}

.nba-output-head > code {
  font-weight: 600;
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.nba .nba-button:is(.nba-copy-json, .nba-load) {
  font-size: 0.8em;
  margin-left: auto;
  padding-block: 0;
  white-space: nowrap;
}

.nba-output > .nba-json {
  max-height: 40em;
  overflow: auto;
  padding: 0.5em 0.75em;
}

.nba-card > .nba-fold-body > .nba-json {
  max-height: 24em;
  overflow: auto;
}

.nba-json {
  font-size: 0.95em;
  min-height: 2.4em;
}

.nba-field {
  column-gap: 1em;
  display: grid;
  grid-template-columns: minmax(5em, max-content) minmax(0, 1fr);
  padding: 0.1em 0;
}

.nba-field > .nba-key {
  font-size: 0.92em;
  max-width: 18em;
  overflow-wrap: anywhere;
}

.nba-field > .nba-node {
  min-width: 0;
  overflow-wrap: anywhere;
  white-space: pre-wrap;
}

.nba-deep {
  grid-template-columns: minmax(0, 1fr);
}

.nba-deep > .nba-node {
  border-left: 2px solid var(--c-line);
  margin: 0.1em 0 0.25em 0.2em;
  padding-left: 0.8em;
  white-space: normal;
}

.nba-node[data-kind='word'] {
  font-variant-numeric: tabular-nums;
}

/* -- sources ---------------------------------------------------------------------------------------------------------- */

.nba-cite {
  font-size: 0.72em;
  line-height: 0;
  margin-left: 0.15em;
}

.nba-cite > :is(a, span) {
  background: var(--c-soft);
  border-radius: 3px;
  padding: 0.1em 0.4em;
}

.nba .nba-sources {
  border-top: 1px solid var(--c-line);
  font-size: 0.88em;
  margin: 0.7em 0 0;
  padding: 0.5em 0 0 1.7em;
}

.nba-sources > li {
  margin: 0.1em 0;
}

.nba-sources > li::marker {
  color: var(--c-mute);
}

.nba-host {
  color: var(--c-mute);
  margin-left: 0.6em;
}

.nba-sources q {
  color: var(--c-mute);
  display: block;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

@container (max-width: 30em) {
  .nba-field {
    grid-template-columns: minmax(0, 1fr);
  }

  .nba-card > .nba-summary > .nba-brief {
    display: none;
  }
}
`,""]),n.d(a,{},{A:i})},"./style/run.css"(e,a,n){n.r(a);var o=n("./node_modules/style-loader/dist/runtime/injectStylesIntoStyleTag.js"),r=n.n(o),t=n("./node_modules/style-loader/dist/runtime/styleDomAPI.js"),i=n.n(t),s=n("./node_modules/style-loader/dist/runtime/insertBySelector.js"),d=n.n(s),l=n("./node_modules/style-loader/dist/runtime/setAttributesWithoutAttributes.js"),b=n.n(l),c=n("./node_modules/style-loader/dist/runtime/insertStyleElement.js"),m=n.n(c),p=n("./node_modules/style-loader/dist/runtime/styleTagTransform.js"),u=n.n(p),f=n("./node_modules/css-loader/dist/cjs.js!./style/run.css"),h={};h.styleTagTransform=u(),h.setAttributes=b(),h.insert=d().bind(null,"head"),h.domAPI=i(),h.insertStyleElement=m(),r()(f.A,h);let g=f.A&&f.A.locals?f.A.locals:void 0;n.d(a,{},{default:g})}}]);