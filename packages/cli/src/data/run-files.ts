// Reads the files of a run from which its page is made.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { AttuneError, inShell, parseJson, reasonOf, typedCommand } from '@attune/internal';
import { type RunFiles, readPredictions } from '@attune/report';
import { publishedSummary } from '../program/reports';
import { runDefaults } from '../program/run-defaults';

/**
 * Reads the files that the page of a run is made from.
 *
 * @throws AttuneError RUN_UNFINISHED for a directory that is not a finished run; RUN_CONFIG for a file of it that is damaged
 */
export async function readRunFiles(run: string): Promise<RunFiles> {
  refuseOthers(run);
  const config = await readJson(join(run, 'config.json'));
  const summary = publishedSummary(await readJson(join(run, 'summary.json')));
  const lines = (await readText(join(run, 'metrics.jsonl'))).split('\n').filter((line) => line.trim() !== '');
  const history = lines.map((line, i) => parsed(line, `${join(run, 'metrics.jsonl')} line ${i + 1}`));
  const predictions = await readSaved(join(run, 'predictions.jsonl'));
  return {
    title: (predictions && readPredictions(predictions).title) ?? basename(resolve(run)),
    generatedAt: new Date().toISOString(),
    place: run,
    config,
    ...({ history, summary } as unknown as Pick<RunFiles, 'history' | 'summary'>),
    ...runDefaults(config),
    ...(predictions !== undefined && { predictions }),
  };
}

function refuseOthers(run: string): void {
  const has = (name: string) => existsSync(join(run, name));
  const missing = ['config.json', 'metrics.jsonl', 'summary.json'].filter((name) => !has(name));
  if (missing.length === 0) return;
  const got = [
    [
      has('fold-1'),
      `the folds of a cross-validation; name one of them: ${typedCommand(`report ${inShell(join(run, 'fold-1'))}`)}`,
    ],
    [
      has('search.json'),
      `a search; name a training of one of its trials: ${typedCommand(`report ${inShell(join(run, 'trial-1', 'rung-1'))}`)}`,
    ],
    [
      has('rung-1'),
      `a trial of a search; name one of its trainings: ${typedCommand(`report ${inShell(join(run, 'rung-1'))}`)}`,
    ],
    [!existsSync(run), 'no such directory; check the path'],
    [missing.length === 3, 'a directory without summary.json; pass the directory that --out named'],
    [
      has('config.json') && !has('summary.json'),
      `one that has not ended; continue it: ${typedCommand(`train --resume --out ${inShell(run)}`)}`,
    ],
  ].find(([holds]) => holds) ?? [true, `one without ${missing.join(' and ')}; restore it, or train again`];
  throw new AttuneError('RUN_UNFINISHED', `${run}: expected a finished run, got ${got[1]}`);
}

/** @throws AttuneError RUN_CONFIG for predictions that training did not write */
async function readSaved(path: string): Promise<string | undefined> {
  if (!existsSync(path)) return undefined;
  const predictions = await readText(path);
  try {
    readPredictions(predictions);
  } catch (cause) {
    throw new AttuneError('RUN_CONFIG', `${path} ${(cause as Error).message}`, { cause });
  }
  return predictions;
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: Error) => {
    throw new AttuneError('RUN_CONFIG', `${path}: expected a file of the run, got ${reasonOf(cause)}; restore it`, {
      cause,
    });
  });
}

const readJson = async (path: string) => parsed(await readText(path), path);

function parsed(text: string, where: string): Record<string, unknown> {
  try {
    const value = parseJson(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    throw new Error('another value');
  } catch (cause) {
    const { message } = cause as Error;
    throw new AttuneError(
      'RUN_CONFIG',
      `${where}: expected a JSON object that training wrote, got ${message}; restore the file, or train again`,
      { cause },
    );
  }
}
