// What onnxruntime's own profile of a session says about its last run.

const products = ['Gemm', 'MatMul', 'FusedMatMul'];

/**
 * @param events a profile's events, times in microseconds
 * @param byShapes whether an operator counts once for each set of shapes
 * @returns `operators`, most time first, each `{ name, count, ms, share }`; `ms` of all of them; `productShare`, of matrix products
 */
export function aggregateLastRun(events, { byShapes = false } = {}) {
  const run = events.findLast(({ name }) => name === 'model_run');
  const isInRun = ({ ts }) => ts >= run.ts && ts <= run.ts + run.dur;
  const kernels = events.filter((event) => event.name.endsWith('_kernel_time') && isInRun(event));
  const totals = new Map();
  for (const { args, dur } of kernels) {
    const name = byShapes ? `${args.op_name} ${shapesOf(args)}` : args.op_name;
    const { count, ms } = totals.get(name) ?? { count: 0, ms: 0 };
    totals.set(name, { count: count + 1, ms: ms + dur / 1000, isProduct: products.includes(args.op_name) });
  }
  return withShares([...totals].map(([name, total]) => ({ name, ...total })));
}

/** `[16,200,768] [768]`. */
const shapesOf = ({ input_type_shape: inputs }) =>
  inputs
    .flatMap((input) => Object.values(input))
    .map((shape) => `[${shape}]`)
    .join(' ');

function withShares(operators) {
  const total = operators.reduce((ms, operator) => ms + operator.ms, 0);
  const shares = operators.map((operator) => ({ ...operator, share: operator.ms / total }));
  return {
    operators: shares.toSorted((a, b) => b.ms - a.ms),
    ms: total,
    productShare: shares.reduce((share, operator) => share + (operator.isProduct ? operator.share : 0), 0),
  };
}
