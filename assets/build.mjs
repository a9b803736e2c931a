// Writes app/static/icons.svg from the names in icons.txt, copies the fonts, and bundles the parts of ECharts that
// charts.js draws with. Run by `npm run build`.
import { buildSync } from 'esbuild';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';

const from = (path) => new URL(`node_modules/${path}`, import.meta.url);
const to = (path) => new URL(`../app/static/${path}`, import.meta.url);

const names = readFileSync(new URL('icons.txt', import.meta.url), 'utf8').trim().split('\n');

function symbol(name) {
  const svg = readFileSync(from(`lucide-static/icons/${name}.svg`), 'utf8');
  const shapes = svg.replace(/^[\s\S]*?<svg[\s\S]*?>/, '').replace('</svg>', '').replace(/\s*\n\s*/g, '');
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>\n`;
}

const licence = '<!-- Lucide, ISC licence: icons-LICENSE.txt -->';
writeFileSync(to('icons.svg'),
  `<svg xmlns="http://www.w3.org/2000/svg">\n${licence}\n${names.map(symbol).join('')}</svg>\n`);
copyFileSync(from('lucide-static/LICENSE'), to('icons-LICENSE.txt'));

const fonts = {
  'ibm-plex-sans': ['latin-400', 'latin-600', 'latin-ext-400', 'latin-ext-600'],
  'ibm-plex-sans-arabic': ['arabic-400', 'arabic-600'],
};
for (const [family, cuts] of Object.entries(fonts)) {
  for (const cut of cuts) {
    const file = `${family}-${cut}-normal.woff2`;
    copyFileSync(from(`@fontsource/${family}/files/${file}`), to(`fonts/${file}`));
  }
  copyFileSync(from(`@fontsource/${family}/LICENSE`), to(`fonts/${family}-LICENSE.txt`));
}

buildSync({
  entryPoints: [new URL('charts.mjs', import.meta.url).pathname], outfile: to('js/echarts.js').pathname,
  bundle: true, minify: true, format: 'iife', legalComments: 'none',
  banner: { js: '/* Apache ECharts 6.1.0 (Apache-2.0) with zrender (BSD-3-Clause): js/echarts-LICENSE.txt */' },
});
writeFileSync(to('js/echarts-LICENSE.txt'),
  ['echarts', 'zrender'].map((name) => readFileSync(from(`${name}/LICENSE`), 'utf8')).join('\n\n--- zrender ---\n\n'));
