import type { ReceivedMessage } from './behaviour.ts';

export type TemplateName = 'llama3' | 'mistral' | 'vicuna' | 'alpaca' | 'chatml' | 'chatml-text' | 'plain';

/**
 * What a chat template makes of the messages. Special tokens part the text that the tokenizer sees, so each text is
 * counted alone: exact, and a text that was counted once need not be counted again.
 */
export interface RenderedPrompt {
  texts: string[];
  specialTokens: number;
}

type Render = (messages: readonly ReceivedMessage[]) => RenderedPrompt;

/** `<|start_header_id|>role<|end_header_id|>` and two newlines (one token), the text, `<|eot_id|>`. */
const llama3: Render = (messages) => ({
  texts: messages.map(({ content }) => content.trim()),
  specialTokens: 1 + messages.length * 5 + 4,
});

/** `<|im_start|>role`, a newline, the text, `<|im_end|>` and a newline. */
const chatml: Render = (messages) => ({
  texts: messages.map(({ content }) => content),
  specialTokens: messages.length * 5 + 3,
});

/** One text per turn, each closed by `</s>` after the assistant's words; `opening` asks for the reply. */
function inTurns(write: (message: ReceivedMessage) => string, opening: string): Render {
  return (messages) => {
    const texts: string[] = [];
    let text = '';
    for (const message of messages) {
      text += write(message);
      if (message.role !== 'assistant') continue;
      texts.push(text);
      text = '';
    }
    return { texts: [...texts, text + opening], specialTokens: 1 + texts.length };
  };
}

const mistral = inTurns(
  ({ role, content }) => (role === 'assistant' ? ` ${content}` : `[INST] ${content} [/INST]`),
  '',
);

const vicunaHeads = { system: '', user: 'USER: ', assistant: 'ASSISTANT: ', tool: 'USER: ' };

const vicuna = inTurns(
  ({ role, content }) => `${vicunaHeads[role]}${content}${role === 'assistant' ? '' : ' '}`,
  'ASSISTANT:',
);

const alpacaHeads = {
  system: '',
  user: '### Instruction:\n',
  assistant: '### Response:\n',
  tool: '### Instruction:\n',
};

const alpaca = inTurns(({ role, content }) => `${alpacaHeads[role]}${content}\n\n`, '### Response:\n');

const heading = (role: string) => `<|im_start|>${role}\n`;

/** ChatML of a model whose vocabulary has no tokens for the marks: they are text like any other. */
const chatmlText: Render = (messages) => ({
  texts: [...messages.map(({ role, content }) => `${heading(role)}${content}<|im_end|>\n`), heading('assistant')],
  specialTokens: 1,
});

const plain: Render = (messages) => ({ texts: messages.map(({ content }) => content), specialTokens: 0 });

export const templates: Record<TemplateName, Render> = {
  llama3,
  mistral,
  vicuna,
  alpaca,
  chatml,
  'chatml-text': chatmlText,
  plain,
};
