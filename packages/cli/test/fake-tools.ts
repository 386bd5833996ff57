import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileIn } from './files';

/** npm, python3 and g++ as far as the setup calls them; FAIL names the step that fails, which leaves its rubbish. */
const scripts = {
  npm: `
case "$1 $2" in
  "--version "*|"root "*) echo "$PWD/node_modules" ;;
  "install --prefix") mkdir -p "$3/node_modules/node-api-headers/include" ;;
  install*)
    package="$PWD/node_modules/@tensorflow/tfjs-node"
    mkdir -p "$package"
    echo '{}' > package-lock.json
    echo '{"optionalDependencies":{}}' > package.json
    [ "$FAIL" = npm ] && { echo "npm error E404" >&2; exit 1; }
    echo '{"main":"index.js"}' > "$package/package.json"
    cp "$(dirname "$0")/fake-package.js" "$package/index.js" ;;
  uninstall*) rm -rf "$PWD/node_modules/@tensorflow" ;;
esac
`,
  python3: `
case "$1 $2 $3" in
  "-m pip download")
    [ "$FAIL" = pip ] && { echo "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES" >&2; exit 1; }
    while [ "$1" != --dest ]; do shift; done
    cat "$4" > "$2/file.whl" ;;
  "-c "*) mkdir -p "$4/lib"; cp "$3" "$4/lib/libtensorflow_cc.so.2" ;;
esac
`,
  'g++': `
while [ $# -gt 1 ] && [ "$1" != -o ]; do shift; done
[ $# = 1 ] && exit 0
[ "$FAIL" = compile ] && { echo "fatal error: node_api.h" >&2; exit 1; }
echo addon > "$2"
`,
};

/** Multiplies where its addon is there; wrong where FAIL says so. */
const fakePackage = `
const fs = require('node:fs');
const addon = fs.readFileSync(require('node:path').join(__dirname, 'lib/napi-v8/tfjs_binding.node'), 'utf8');
if (addon.trim() !== 'addon') throw new Error('the addon is an old one');
exports.fill = () => {};
exports.matMul = () => ({ dataSync: () => Float32Array.of(3, 3, 3, process.env.FAIL === 'addon' ? 4 : 3) });
exports.backend = () => ({ isUsingGpuDevice: false });
`;

/** Writes the programs into a directory, and gives the environment that finds them. */
export function fakeTools(directory: string, fail?: string): Record<string, string> {
  mkdirSync(directory, { recursive: true });
  for (const [name, script] of Object.entries(scripts))
    chmodSync(fileIn(directory, name, `#!/bin/sh\n${script}`), 0o755);
  fileIn(directory, 'fake-package.js', fakePackage);
  return { PATH: `${directory}:/usr/bin:/bin`, FAIL: fail ?? '', HOME: join(directory, 'home') };
}
