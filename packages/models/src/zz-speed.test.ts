import { float32, int32 } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { it } from 'vitest';
import { packSequences } from './batch';
import { parseModelConfig } from './config';
import { initialize } from './initialize';
import { modelForTask } from './model';
import { selectLabeled } from './select-tokens';

it('speed', async () => {
  const engine = openOnnxEngine({ threads: 2 } as never);
  const layers = 4;
  for (const [task, lengths, rowLength] of [['sequence-classification', Array(3).fill(500), 500]] as const) {
    const seqs = lengths.map((n: number, s: number) => ({
      ids: Array.from({ length: n }, (_, i) => 5 + ((i * 31 + s * 17) % 30000)),
    }));
    const packed = packSequences(seqs, { rowLength });
    const batch =
      task === 'sequence-classification'
        ? { ...packed, labels: int32(seqs.map((_, i) => i % 2)), weights: float32(seqs.map(() => 1)) }
        : {
            ...selectLabeled(
              packed,
              seqs.map(({ ids }) => ids.map((_, i) => i % 2)),
            ),
          };
    const sides = [];
    for (const model_type of ['bert', 'mpnet']) {
      const config = parseModelConfig(
        {
          model_type,
          num_hidden_layers: layers,
          max_position_embeddings: 514,
          vocab_size: 30527,
          attention_probs_dropout_prob: 0.1,
        },
        'x',
      );
      const model = modelForTask(config, task);
      const parameters = initialize(model.specs, config, 1);
      const training = await engine.openTraining(engine.compile(model.program), parameters, {
        name: 'adamw',
        weightDecay: 0.01,
        maxGradNorm: 1,
      } as never);
      sides.push({ model_type, training, times: [] as number[] });
    }
    for (let step = 0; step < 5; step++)
      for (const { training, times } of sides) {
        const t = performance.now();
        await training.step({ ...batch, seed: int32([1, step]) }, { learningRate: 1e-5 });
        if (step > 1) times.push(performance.now() - t);
      }
    const med = (x: number[]) => x.slice().sort((a, b) => a - b)[x.length >> 1];
    console.log(
      task,
      packed.sequenceIds.shape,
      sides.map(
        ({ model_type, times }) => `${model_type} ${med(times).toFixed(0)} ms (min ${Math.min(...times).toFixed(0)})`,
      ),
    );
    for (const { training } of sides) await training.close();
  }
}, 600_000);
