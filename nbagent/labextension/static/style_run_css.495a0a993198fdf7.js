"use strict";(self.rspackChunknbagent_labextension=self.rspackChunknbagent_labextension||[]).push([["style_run_css"],{"./node_modules/css-loader/dist/cjs.js!./style/run.css"(e,a,n){var r=n("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),t=n.n(r),o=n("./node_modules/css-loader/dist/runtime/api.js"),i=(n.n(o))()(t());i.push([e.id,`/*
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

/* -- Markdown ------------------------------------------------------------------------------------------------------ */

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

/* -- what opens and closes ------------------------------------------------------------------------------------------ */

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
  grid-template-columns: minmax(3.6em, max-content) minmax(0, 1fr);
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

/* -- pictures, tables and values ------------------------------------------------------------------------------------ */

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

/* -- decisions ------------------------------------------------------------------------------------------------------ */

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

/* a dot before every fact; that of a row's first one falls outside the line */
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

.nba-fact::before {
  content: '\xb7';
  display: inline-block;
  text-align: center;
  width: 1.3em;
}

.nba .nba-stop {
  font-size: 0.95em;
  padding-block: 0;
}
`,""]),n.d(a,{},{A:i})},"./node_modules/css-loader/dist/runtime/api.js"(e){e.exports=function(e){var a=[];return a.toString=function(){return this.map(function(a){var n="",r=void 0!==a[5];return a[4]&&(n+="@supports (".concat(a[4],") {")),a[2]&&(n+="@media ".concat(a[2]," {")),r&&(n+="@layer".concat(a[5].length>0?" ".concat(a[5]):""," {")),n+=e(a),r&&(n+="}"),a[2]&&(n+="}"),a[4]&&(n+="}"),n}).join("")},a.i=function(e,n,r,t,o){"string"==typeof e&&(e=[[null,e,void 0]]);var i={};if(r)for(var s=0;s<this.length;s++){var l=this[s][0];null!=l&&(i[l]=!0)}for(var d=0;d<e.length;d++){var b=[].concat(e[d]);r&&i[b[0]]||(void 0!==o&&(void 0===b[5]||(b[1]="@layer".concat(b[5].length>0?" ".concat(b[5]):""," {").concat(b[1],"}")),b[5]=o),n&&(b[2]&&(b[1]="@media ".concat(b[2]," {").concat(b[1],"}")),b[2]=n),t&&(b[4]?(b[1]="@supports (".concat(b[4],") {").concat(b[1],"}"),b[4]=t):b[4]="".concat(t)),a.push(b))}},a}},"./node_modules/css-loader/dist/runtime/noSourceMaps.js"(e){e.exports=function(e){return e[1]}},"./style/run.css"(e,a,n){n.r(a);var r=n("./node_modules/style-loader/dist/runtime/injectStylesIntoStyleTag.js"),t=n.n(r),o=n("./node_modules/style-loader/dist/runtime/styleDomAPI.js"),i=n.n(o),s=n("./node_modules/style-loader/dist/runtime/insertBySelector.js"),l=n.n(s),d=n("./node_modules/style-loader/dist/runtime/setAttributesWithoutAttributes.js"),b=n.n(d),c=n("./node_modules/style-loader/dist/runtime/insertStyleElement.js"),m=n.n(c),u=n("./node_modules/style-loader/dist/runtime/styleTagTransform.js"),p=n.n(u),f=n("./node_modules/css-loader/dist/cjs.js!./style/run.css"),h={};h.styleTagTransform=p(),h.setAttributes=b(),h.insert=l().bind(null,"head"),h.domAPI=i(),h.insertStyleElement=m(),t()(f.A,h);let g=f.A&&f.A.locals?f.A.locals:void 0;n.d(a,{},{default:g})},"./node_modules/style-loader/dist/runtime/injectStylesIntoStyleTag.js"(e){var a=[];function n(e){for(var n=-1,r=0;r<a.length;r++)if(a[r].identifier===e){n=r;break}return n}function r(e,r){for(var t={},o=[],i=0;i<e.length;i++){var s=e[i],l=r.base?s[0]+r.base:s[0],d=t[l]||0,b="".concat(l," ").concat(d);t[l]=d+1;var c=n(b),m={css:s[1],media:s[2],sourceMap:s[3],supports:s[4],layer:s[5]};if(-1!==c)a[c].references++,a[c].updater(m);else{var u=function(e,a){var n=a.domAPI(a);return n.update(e),function(a){a?(a.css!==e.css||a.media!==e.media||a.sourceMap!==e.sourceMap||a.supports!==e.supports||a.layer!==e.layer)&&n.update(e=a):n.remove()}}(m,r);r.byIndex=i,a.splice(i,0,{identifier:b,updater:u,references:1})}o.push(b)}return o}e.exports=function(e,t){var o=r(e=e||[],t=t||{});return function(e){e=e||[];for(var i=0;i<o.length;i++){var s=n(o[i]);a[s].references--}for(var l=r(e,t),d=0;d<o.length;d++){var b=n(o[d]);0===a[b].references&&(a[b].updater(),a.splice(b,1))}o=l}}},"./node_modules/style-loader/dist/runtime/insertBySelector.js"(e){var a={};e.exports=function(e,n){var r=function(e){if(void 0===a[e]){var n=document.querySelector(e);if(window.HTMLIFrameElement&&n instanceof window.HTMLIFrameElement)try{n=n.contentDocument.head}catch(e){n=null}a[e]=n}return a[e]}(e);if(!r)throw Error("Couldn't find a style target. This probably means that the value for the 'insert' parameter is invalid.");r.appendChild(n)}},"./node_modules/style-loader/dist/runtime/insertStyleElement.js"(e){e.exports=function(e){var a=document.createElement("style");return e.setAttributes(a,e.attributes),e.insert(a,e.options),a}},"./node_modules/style-loader/dist/runtime/setAttributesWithoutAttributes.js"(e,a,n){e.exports=function(e){var a=n.nc;a&&e.setAttribute("nonce",a)}},"./node_modules/style-loader/dist/runtime/styleDomAPI.js"(e){e.exports=function(e){if("u"<typeof document)return{update:function(){},remove:function(){}};var a=e.insertStyleElement(e);return{update:function(n){var r,t,o;r="",n.supports&&(r+="@supports (".concat(n.supports,") {")),n.media&&(r+="@media ".concat(n.media," {")),(t=void 0!==n.layer)&&(r+="@layer".concat(n.layer.length>0?" ".concat(n.layer):""," {")),r+=n.css,t&&(r+="}"),n.media&&(r+="}"),n.supports&&(r+="}"),(o=n.sourceMap)&&"u">typeof btoa&&(r+="\n/*# sourceMappingURL=data:application/json;base64,".concat(btoa(unescape(encodeURIComponent(JSON.stringify(o))))," */")),e.styleTagTransform(r,a,e.options)},remove:function(){var e;null===(e=a).parentNode||e.parentNode.removeChild(e)}}}},"./node_modules/style-loader/dist/runtime/styleTagTransform.js"(e){e.exports=function(e,a){if(a.styleSheet)a.styleSheet.cssText=e;else{for(;a.firstChild;)a.removeChild(a.firstChild);a.appendChild(document.createTextNode(e))}}}}]);