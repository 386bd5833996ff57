import { library } from '../../tsup.base';

// TensorFlow.js's gradients are extensionless ESM, which Node cannot import: they are bundled. The registries they
// fill are process-global, so the copy of tfjs-core that comes with them is only code.
export default library(['src/index.ts', 'src/node/index.ts', 'src/testing/index.ts'], {
  shims: true, // import.meta.url in CJS
  noExternal: [/^@tensorflow\/tfjs-core\/dist\//],
});
