import { describe, expect, test } from '@jest/globals';
import { stripTemplateTokens, TEMPLATE_TOKENS } from '../../src/chat/template-tokens.ts';

describe('template tokens that a model wrote as text', () => {
  test.each([
    ['Hello', 'Hello'],
    ['Hello<|eot_id|>', 'Hello'],
    ['Hello<|im_end|>\n<|im_start|>assistant\nmore', 'Hello\nmore'],
    ['<|start_header_id|>assistant<|end_header_id|>\n\nHello', 'Hello'],
    ['<start_of_turn>model\nHello<end_of_turn>', 'Hello'],
    ['Hel<|endoftext|>lo', 'Hello'],
    ['<|EOT|>Hello', 'Hello'],
    ['Hello</s>', 'Hello'],
    ['<s> [INST] Hello [/INST]</s>', ' Hello '],
    ['<<SYS>>Hello<</SYS>>', 'Hello'],
    ['Mistral wraps it in [INST] and [/INST] tokens.', 'Mistral wraps it in [INST] and [/INST] tokens.'],
    ['<s>gone</s> kept', '<s>gone</s> kept'],
    ['kept <s>gone</s>', 'kept <s>gone</s>'],
    ['`</s>`', '`</s>`'],
    ['It ends with `<|eot_id|>`.', 'It ends with `<|eot_id|>`.'],
    ['```\n<|im_start|>user\n```', '```\n<|im_start|>user\n```'],
    ['```\ncode\n</s>', '```\ncode\n</s>'],
    ['<|unknown|> [x] <b>', '<|unknown|> [x] <b>'],
    ['</s></s></s>', ''],
  ])('%j becomes %j', (text, expected) => {
    expect(stripTemplateTokens(text)).toBe(expected);
  });

  test.each(TEMPLATE_TOKENS)('%s goes from the end', (token) => {
    expect(stripTemplateTokens(`Hello${token}`)).toBe('Hello');
  });
});
