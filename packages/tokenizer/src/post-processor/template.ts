import type { TrimRule } from './trim-offsets';

/** One piece of a template: the ids of a special token, or the place of a sequence (0 is the first, 1 the second). */
export type TemplatePiece = { ids: readonly number[]; typeId: number } | { sequence: 0 | 1; typeId: number };

/** Where special tokens go around one text and around a pair. */
export interface PostProcessor {
  single: readonly TemplatePiece[];
  pair: readonly TemplatePiece[];
  /** Whether and how the spaces at the ends of tokens are taken out of their offsets. */
  trim?: readonly TrimRule[];
}

/** No special tokens; type ids 0 and 1: what `"post_processor": null` means. */
export const noSpecialTokens: PostProcessor = {
  single: [{ sequence: 0, typeId: 0 }],
  pair: [
    { sequence: 0, typeId: 0 },
    { sequence: 1, typeId: 1 },
  ],
};

/** `[CLS] A [SEP]` and `[CLS] A [SEP] B [SEP]`, the second text and its `[SEP]` of type 1 (`BertProcessing`). */
export function bertTemplate({ clsId, sepId }: { clsId: number; sepId: number }): PostProcessor {
  const cls = { ids: [clsId], typeId: 0 };
  const first: TemplatePiece[] = [cls, { sequence: 0, typeId: 0 }, { ids: [sepId], typeId: 0 }];
  return { single: first, pair: [...first, { sequence: 1, typeId: 1 }, { ids: [sepId], typeId: 1 }] };
}

/** `<s> A </s>` and `<s> A </s></s> B </s>`, all of type 0 (`RobertaProcessing`). */
export function robertaTemplate({ clsId, sepId }: { clsId: number; sepId: number }): PostProcessor {
  const special = (id: number): TemplatePiece => ({ ids: [id], typeId: 0 });
  const single: TemplatePiece[] = [special(clsId), { sequence: 0, typeId: 0 }, special(sepId)];
  return { single, pair: [...single, special(sepId), { sequence: 1, typeId: 0 }, special(sepId)] };
}

/** The template to fill: without special tokens, only the sequences are left of it. */
export function templateFor(
  processor: PostProcessor,
  { pair, addSpecialTokens }: { pair: boolean; addSpecialTokens: boolean },
): readonly TemplatePiece[] {
  const template = pair ? processor.pair : processor.single;
  return addSpecialTokens ? template : template.filter((piece) => 'sequence' in piece);
}

/** How many special tokens a template adds. */
export function addedCount(template: readonly TemplatePiece[]): number {
  return template.reduce((count, piece) => count + ('ids' in piece ? piece.ids.length : 0), 0);
}
