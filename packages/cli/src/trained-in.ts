import { join } from 'node:path';
import { adapterPlaceOf } from '@attune/train/node';

/** Where in a run directory that is written its model is, or its adapters where they are beside another model. */
export const trainedIn = (run: string): string => adapterPlaceOf(run) ?? join(run, 'model');
