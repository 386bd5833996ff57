import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { library } from '../../tsup.base';

/** Charts come from echarts, of which a report needs a fortieth: that much is bundled, so that nobody installs 67 MB for it. */
const bundled = ['echarts', 'zrender', 'tslib'];

// An entry of its own, so that it stands apart from our code: a page that draws no chart leaves it out.
export default library(['src/index.ts', 'src/node/index.ts', 'src/charts/echarts.ts'], {
  noExternal: bundled.map((name) => new RegExp(`^${name}(/|$)`)),
  async onSuccess() {
    const fromEcharts = createRequire(createRequire(import.meta.url).resolve('echarts'));
    for (const name of bundled) copyLicenses(packageDirectory(fromEcharts.resolve(name), name), name);
  },
});

/** The folder of a package that a path leads into. */
function packageDirectory(path: string, name: string): string {
  const folder = join('node_modules', name);
  return path.slice(0, path.lastIndexOf(folder) + folder.length);
}

function copyLicenses(directory: string, name: string) {
  const target = join('dist', 'licenses', name);
  mkdirSync(target, { recursive: true });
  for (const file of readdirSync(directory))
    if (/^(LICENSE|NOTICE|CopyrightNotice)/.test(file)) copyFileSync(join(directory, file), join(target, file));
}
