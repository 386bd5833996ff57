// Attune's tokenizers and the peers', ready to be timed.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { tokenizerFromJson } from '@attune/tokenizer';
import { root } from '../../scripts/install.mjs';

const here = join(root, 'benchmarks', 'tokenizer');
const peers = createRequire(join(here, 'package.json'));

export const shared = join(root, '..', 'shared', 'weights', 'tokenizers');

export const peersInstalled = existsSync(join(here, 'node_modules', 'tokenizers'));

export function versions() {
  const versionOf = (directory) => JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')).version;
  const peer = (name) => versionOf(join(here, 'node_modules', ...name.split('/')));
  return {
    '@attune/tokenizer': versionOf(join(root, 'packages', 'tokenizer')),
    tokenizers: peer('tokenizers'),
    '@huggingface/tokenizers': peer('@huggingface/tokenizers'),
    node: process.versions.node,
  };
}

/**
 * What each side does, by its name: a function that prepares one turn, off the clock, and gives `encode(texts)`.
 *
 * Cold is a tokenizer that has seen no text. The peers take part where there are texts for them. The Rust package always computes offsets; it takes texts one by one, which is
 * faster than its `encodeBatch` on one thread (measured).
 */
export function openTokenizers(name, textsForPeers) {
  const json = JSON.parse(readFileSync(join(shared, name, 'tokenizer.json'), 'utf8'));
  const warm = tokenizerFromJson(json);
  const side = (open, options) => () => {
    const tokenizer = open();
    return { tokenizer, encode: (texts) => tokenizer.encodeBatch(texts, options) };
  };
  const own = {
    'ids, cold': side(() => tokenizerFromJson(json), {}),
    'ids, warm': side(() => warm, {}),
    'offsets, cold': side(() => tokenizerFromJson(json), { offsets: true }),
    'offsets, warm': side(() => warm, { offsets: true }),
  };
  return textsForPeers > 0 ? { ...own, ...peerSides(json, textsForPeers) } : own;
}

/**
 * Without words to cut a text into, the JavaScript package takes seconds a text: it gets every 20th, and its time counts 20
 * times; where there are fewer, which are long ones, it takes no part. In its Unigram a long text ends in a stack overflow.
 */
function peerSides(json, texts) {
  const share = json.pre_tokenizer === null ? 20 : 1;
  const rust = peers('tokenizers').Tokenizer.fromString(JSON.stringify(json));
  const rustSide = () => ({
    async encode(texts) {
      for (const text of texts) await rust.encode(text);
    },
  });
  if (texts < share || (texts === 1 && json.model.type === 'Unigram')) return { rust: rustSide };
  const { Tokenizer } = peers('@huggingface/tokenizers');
  const javascript = new Tokenizer(json, {});
  return {
    rust: rustSide,
    javascript: () => ({
      share,
      encode(texts) {
        for (let i = 0; i < texts.length; i += share) javascript.encode(texts[i]);
      },
    }),
  };
}
