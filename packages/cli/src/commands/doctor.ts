import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import type { EngineCheck } from '@attune/engine/node';
import { version } from '../../package.json';
import { defineCommand, switchFlag } from '../program/command';
import { writeText } from '../program/terminal';

/** `attune doctor`. */
export const doctorCommand = defineCommand({
  details: 'Opens every engine and measures its speed. Downloads nothing.',
  options: {
    json: { schema: switchFlag(), help: 'print the diagnosis as JSON', group: 'Output:' },
  },
  examples: ['attune doctor', 'attune doctor --json'],
  async run({ flags, io }) {
    const { checkEngines } = await import('@attune/engine/node');
    const diagnosis = diagnose(await checkEngines());
    await writeText(io.stdout, flags.json ? `${JSON.stringify(diagnosis, null, 2)}\n` : diagnosisLines(diagnosis));
  },
});

/** The output of `attune doctor --json`; memory in bytes. */
interface Diagnosis {
  readonly versions: Readonly<Record<string, string>>;
  readonly platform: string;
  readonly processor: string;
  readonly cores: number;
  readonly memory: { readonly total: number; readonly free: number };
  readonly engines: readonly EngineCheck[];
}

function diagnose(engines: readonly EngineCheck[]): Diagnosis {
  return {
    versions: { attune: version, node: process.version },
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory: { total: totalmem(), free: freemem() },
    engines,
  };
}

/** Formats a diagnosis as text: the machine, a line per engine, and fixes for engines that do not work. */
export function diagnosisLines({ versions, platform, processor, cores, memory, engines }: Diagnosis): string {
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  const facts = {
    ...versions,
    machine: `${platform}, ${cores} cores, ${processor}`,
    memory: `${gigabytes(memory.total)}, ${gigabytes(memory.free)} free`,
  };
  const found = ({ works, gflops, why }: EngineCheck) =>
    works ? `${gflops!.toPrecision(3)} GFLOP/s` : `does not work: ${why}`;
  const line = ([name, value]: readonly [string, string]) => `${name.padEnd(16)}${value}`;
  const rows = engines.map((engine) => line([`  ${engine.name}`, found(engine)]));
  const fixes = engines.flatMap(({ name, fix }) => (fix ? [`to use ${name}: ${fix}`] : []));
  return `${[...Object.entries(facts).map(line), 'engines', ...rows, ...fixes].join('\n')}\n`;
}
