import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { writeRendered } from '@attune/report/node';
import { trainedIn } from '../trained-in';

interface Shown {
  readonly title: string;
  readonly generatedAt: string;
  /** The model's id on the hub; undefined for a new model and one from a directory. */
  readonly baseModel?: string;
}

interface Renderers<Result> {
  readonly report: (data: Result & Shown) => string;
  readonly card: (data: Result & Shown) => string;
}

/** Writes `report.html` and the model's card into a run directory. */
export async function writeTaskReport<Result extends object>(
  result: Result,
  { out, model }: { readonly out: string; readonly model: string },
  { report, card }: Renderers<Result>,
): Promise<void> {
  const baseModel = model === 'new' || existsSync(model) ? undefined : model;
  const data = { ...result, title: basename(out), generatedAt: new Date().toISOString(), baseModel };
  await writeRendered(join(out, 'report.html'), () => report(data));
  await writeRendered(join(trainedIn(out), 'README.md'), () => card(data));
}
