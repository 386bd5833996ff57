import { resolveModelSource } from '@attune/models/node';
import { adapterPlaceOf, type ChatTemplate, loadChatTemplate, modelSourceOf } from '@attune/train/node';
import type { Io } from '../io';
import { downloadListener } from '../terminal/listener';
import { UsageError } from '../usage-error';

interface TemplateFlags {
  readonly messages?: string;
  readonly chatTemplate?: string;
  readonly revision?: string;
}

/**
 * The chat template of a model, where there are messages to write.
 *
 * @throws UsageError for --chat-template without --messages, and for a new model, which has none; AttuneError as `loadChatTemplate`
 */
export async function openChatTemplate(
  source: string,
  { messages, chatTemplate, revision }: TemplateFlags,
  { stderr }: Pick<Io, 'stderr'>,
): Promise<ChatTemplate | undefined> {
  if (messages === undefined) {
    if (chatTemplate === undefined) return undefined;
    throw new UsageError('--chat-template: expected --messages beside it, which it writes; leave it out');
  }
  if (source === 'new')
    throw new UsageError('--messages: expected a model with a chat template, got --model new; use --prompt-template');
  const place = adapterPlaceOf(source) ?? modelSourceOf(source);
  const directory = await resolveModelSource(place, { revision, onProgress: downloadListener(stderr) });
  return loadChatTemplate(directory, chatTemplate);
}
