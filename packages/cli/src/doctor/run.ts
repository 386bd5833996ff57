import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { checkEngines, type EngineCheck } from '@attune/engine/node';
import { version } from '../../package.json';
import type { DoctorInput } from '../commands/doctor';
import { writeText } from '../terminal/write-text';

/** What `attune doctor --json` prints; memory in bytes. */
export interface Diagnosis {
  readonly versions: Readonly<Record<string, string>>;
  readonly platform: string;
  readonly processor: string;
  readonly cores: number;
  readonly memory: { readonly total: number; readonly free: number };
  readonly engines: readonly EngineCheck[];
}

/** What `attune doctor` does: look at the machine, try every engine, say what it found. */
export async function runDoctor({ flags, io }: DoctorInput): Promise<void> {
  const diagnosis = await diagnose();
  await writeText(io.stdout, flags.json ? `${JSON.stringify(diagnosis, null, 2)}\n` : diagnosisLines(diagnosis));
}

async function diagnose(): Promise<Diagnosis> {
  return {
    versions: { attune: version, node: process.version },
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory: { total: totalmem(), free: freemem() },
    engines: await checkEngines(),
  };
}

/** The same for people: the machine, a line an engine, and what would mend those that do not work. */
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
