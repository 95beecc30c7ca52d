// The widget's bundle: one self-contained ES module, and its stylesheet beside it.
import { build } from 'esbuild';

const outdir = '../nbagent/static';
const common = { bundle: true, minify: true, charset: 'utf8', legalComments: 'none', target: 'es2022' };
await build({ ...common, entryPoints: ['src/widget.ts'], format: 'esm', outfile: `${outdir}/widget.js` });
await build({ ...common, target: 'chrome123', entryPoints: ['style/run.css'], outfile: `${outdir}/widget.css` });
