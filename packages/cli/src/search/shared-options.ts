import type { TypedOptions } from '../command';
import type { SearchInput } from '../commands/search';
import { trainOptions } from '../commands/train';
import { withConfigFile } from '../config/with-config-file';
import { UsageError } from '../usage-error';

/** What a search decides itself. */
const own = ['out', 'overwrite', 'resume', 'json'];

/**
 * The options of `attune train` that all trials share, the metric to improve among them.
 *
 * @throws UsageError for a config in which no trial could be judged; as `withConfigFile`
 */
export async function readShared({ config, metricForBestModel }: SearchInput['flags']): Promise<TypedOptions> {
  const options = await withConfigFile({ config }, trainOptions);
  if (options.evalStrategy === 'no')
    throw new UsageError(
      `${config}: evalStrategy: expected epoch or steps, got no; trials are compared by their evaluations`,
    );
  if (options.folds !== undefined)
    throw new UsageError(`${config}: folds: expected none, trials are compared on one validation part; drop it`);
  const shared = Object.entries(options).filter(([name]) => !own.includes(name));
  return {
    metricForBestModel: 'loss',
    ...Object.fromEntries(shared),
    ...(metricForBestModel && { metricForBestModel }),
  };
}
