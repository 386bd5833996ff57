export { chatExample, parseMessages } from './chat-example';
export {
  type ChatMessage,
  type ChatTemplate,
  type ChatTemplateOptions,
  chatTemplate,
  type RenderOptions,
} from './chat-template';
export { loadChatTemplate } from './load-chat-template';
