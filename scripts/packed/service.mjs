// The packed service: it starts from the tarballs, answers, and has every file of its page.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Serves a run of the project, and asks for a prediction and for the page. */
export async function checkService(project, run) {
  const program = ['node_modules/attune/bin/attune.js', 'serve', `served=${run}`, '--port', '0', '--log-level', 'warn'];
  const service = spawn(process.execPath, program, { cwd: project, stdio: ['ignore', 'inherit', 'pipe'] });
  try {
    const url = await addressOf(service);
    const files = await pageFiles(url);
    const body = JSON.stringify({ text: 'Welder for bridges' });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(new URL('/v1/models/served/predict', url), { method: 'POST', headers, body });
    const { predictions } = await answer.json();
    if (typeof predictions?.[0]?.label !== 'string') fail(`expected a label, got ${JSON.stringify(predictions)}`);
    service.kill('SIGTERM');
    const [code] = await once(service, 'exit');
    if (code !== 0) fail(`expected an end with code 0 after SIGTERM, got ${code}`);
    console.log(`service: predicts, and has the ${files} files of its page`);
  } finally {
    service.kill('SIGKILL');
  }
}

/** Where it says that it listens. */
async function addressOf(service) {
  let said = '';
  for await (const chunk of service.stderr) {
    said += chunk;
    const url = /serving .* at (http:\S+)/.exec(said)?.[1];
    if (url) return url;
  }
  return fail(`expected an address, got\n${said}`);
}

/** Fetches the page, what it names, and what that imports; how many files there are. */
async function pageFiles(url) {
  const left = [''];
  const seen = new Set();
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const answer = await fetch(new URL(name, url));
    if (answer.status !== 200) fail(`/${name}: expected status 200, got ${answer.status}`);
    const text = await answer.text();
    for (const [, file] of text.matchAll(/(?:href|src)="(page\/[^"]+)"/g)) left.push(file);
    for (const [, file] of text.matchAll(/from '\.\/([^']+)'/g)) left.push(`page/${file}`);
  }
  if (seen.size < 3) fail(`expected a page with scripts and styles, got ${[...seen].join(', ')}`);
  return seen.size;
}

function fail(message) {
  console.error(`service: ${message}`);
  process.exit(1);
}
