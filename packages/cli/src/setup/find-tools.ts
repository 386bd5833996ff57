import { AttuneError } from '@attune/engine';
import { type ToolSettings, works } from './tool';

/** The programs that the setup calls. */
export interface Tools {
  readonly compiler: string;
}

/**
 * Looks for npm, Python with pip, and a C++ compiler.
 *
 * @throws AttuneError SETUP_IMPOSSIBLE with everything that is missing, and the command for it
 */
export async function findTools(settings: ToolSettings): Promise<Tools> {
  const missing: string[] = [];
  if (!(await works('npm', ['--version'], settings)))
    missing.push('npm, which comes with Node (Debian: apt-get install npm)');
  if (!(await works('python3', ['-m', 'pip', '--version'], settings)))
    missing.push('python3 with pip (Debian: apt-get install python3-pip)');
  const compiler = await findCompiler(settings);
  if (!compiler) missing.push('a C++ compiler (Debian: apt-get install g++)');
  if (missing.length > 0 || !compiler)
    throw new AttuneError('SETUP_IMPOSSIBLE', missing.map((what) => `setup: missing ${what}`).join('\n'));
  return { compiler };
}

async function findCompiler(settings: ToolSettings): Promise<string | undefined> {
  for (const name of [settings.env.CXX, 'g++', 'c++', 'clang++'])
    if (name && (await works(name, ['--version'], settings))) return name;
  return undefined;
}
