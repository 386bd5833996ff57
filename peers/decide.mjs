// Logits of an exported classifier's own files, as transformers.js gives them: node peers/decide.mjs EXPORTED TEXTS.json
import { readFileSync } from 'node:fs';
import { transformersJsLogits, transformersJsVersion } from '../benchmarks/transformers-js.mjs';

const [directory, texts] = process.argv.slice(2);
const options = { dtype: 'fp32', texts: JSON.parse(readFileSync(texts, 'utf8')), maxLength: 64 };
const logits = Array.from(await transformersJsLogits(directory, options));
console.log(JSON.stringify({ version: transformersJsVersion(), logits }));
