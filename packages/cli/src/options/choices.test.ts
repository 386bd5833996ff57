import { activationKinds, quantizedFormats } from '@attune/engine';
import { engineNames } from '@attune/engine/node';
import { tagSchemes } from '@attune/metrics';
import { adamwNames, decodings, optimizers, schedulerTypes, strategies, truncationModes } from '@attune/train';
import { expect, it } from 'vitest';
import * as choices from './choices';

it('offers what the libraries know, all of it', () => {
  expect({ ...choices, engines: [...choices.engines].sort() }).toMatchObject({
    ...{
      activationKinds,
      quantizedFormats,
      tagSchemes,
      decodings,
      optimizers,
      adamwNames,
      schedulerTypes,
      strategies,
      truncationModes,
    },
    engines: ['auto', ...engineNames].sort(),
  });
});
