import { join } from 'node:path';
import { attune } from './capture';
import { csv, farmAndCode, fileIn, tinyConfig } from './files';

/** Trains a tiny model in a directory, in about a second; gives the run's path and its data's. */
export async function tinyRun(directory: string): Promise<{ run: string; data: string }> {
  const data = fileIn(directory, 'data.csv', csv(farmAndCode(120)));
  const run = join(directory, 'run');
  const { code, stderr } = await attune([...tinyTraining(directory, data), '--out', run]);
  if (code !== 0) throw new Error(stderr);
  return { run, data };
}

/** The flags of a training that learns `farmAndCode`, all but `--out`. */
export function tinyTraining(directory: string, data: string): string[] {
  const config = fileIn(directory, 'tiny.json', tinyConfig);
  const options = ['train', '--task', 'sequence-classification', '--model', 'new', '--model-config', config];
  const how = ['--epochs', '6', '--batch-size', '8', '--learning-rate', '1e-2', '--engine', 'onnx'];
  return [...options, '--data', data, '--text', '{title}. {text}', '--label', 'label', ...how];
}
