// The API of every published package as Markdown, by typedoc, from the entries that its package.json exports.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../scripts/install.mjs';
import { withoutExpressions } from './pages.mjs';

/**
 * Writes a folder per package, and gives the packages' names.
 *
 * A name that a docstring links to and that there is not fails the build.
 */
export function writeApi({ root, modules, out }) {
  const folders = readdirSync(join(root, 'packages')).filter((name) => hasApi(join(root, 'packages', name)));
  const names = folders.map((folder) => {
    const { name, exports } = JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'));
    const entries = Object.keys(exports)
      .filter((each) => !each.endsWith('package.json'))
      .map((each) => join(root, 'packages', folder, 'src', each, 'index.ts'));
    const flags = {
      plugin: join(modules, 'typedoc-plugin-markdown', 'dist', 'index.js'),
      tsconfig: join(root, 'tsconfig.json'),
      name,
      readme: 'none',
      out: join(out, folder),
      entryFileName: 'index',
      router: 'module',
      hideBreadcrumbs: 'true',
      hidePageHeader: 'true',
      disableSources: 'true',
      excludeInternal: 'true',
      skipErrorChecking: 'true',
      entryModule: 'index',
      'validation.notExported': 'false',
      treatWarningsAsErrors: 'true',
      logLevel: 'Warn',
      parametersFormat: 'table',
      interfacePropertiesFormat: 'table',
      typeDeclarationFormat: 'table',
      useHTMLEncodedBrackets: 'true',
      sanitizeComments: 'true',
    };
    const args = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value]);
    run(process.execPath, [join(modules, 'typedoc', 'bin', 'typedoc'), ...args, ...entries]);
    for (const file of readdirSync(join(out, folder))) {
      const path = join(out, folder, file);
      writeFileSync(path, withoutExpressions(readFileSync(path, 'utf8')));
    }
    return name;
  });
  return names;
}

/** Whether a package is published and can be imported; one that is a program alone has no API. */
function hasApi(folder) {
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) return false;
  const { private: isPrivate, exports } = JSON.parse(readFileSync(manifest, 'utf8'));
  return isPrivate !== true && Object.keys(exports).some((each) => !each.endsWith('package.json'));
}
