import { describe, expect, test } from '@jest/globals';
import { JOINT_TOKENS, spokenTokens, textTokens } from '../../src/prompt/pieces.ts';
import { JOINT } from '../../src/prompt/roles.ts';
import { loadTokenizer } from '../../src/simulator/infermatic/tokenizers.ts';
import { writePool } from './any-texts.ts';

const RULERS = [
  ...['~', '%', '━', '▍', '-', '=', '*', '_', '#', '.', '!', '😂'].map((sign) => sign.repeat(64)),
  '.:'.repeat(16),
  '=-'.repeat(8),
];
const TEXTS = [
  ...writePool().said.flatMap(({ user, reply = '' }) => [user, reply.slice(0, 200)]),
  ...RULERS.flatMap((ruler) => [
    ruler,
    ruler.slice(0, 32),
    ruler.slice(0, 16),
    `${ruler}\nok`,
    `ok\n${ruler}`,
    `ok${ruler}`,
  ]),
];

describe.each(['llama2', 'mistral', 'llama3'] as const)('sums of counts by the tokenizer of %s', (family) => {
  const counting = loadTokenizer[family]().then((encode) => (text: string) => encode(text).length);

  test('are not under the count of a text behind the name of its speaker, rulers included', async () => {
    const count = await counting;
    for (const name of ['Al: ', 'Mira Vex: ', '🦊 fox: ', '7777: ']) {
      for (const content of TEXTS) {
        const spoken = spokenTokens(count(name), { content, tokens: count(content) });
        expect(spoken).toBeGreaterThanOrEqual(count(name + content));
      }
    }
  });

  test('are not under the count of two texts with a blank line between them', async () => {
    const count = await counting;
    const atMost = (content: string) => textTokens({ content, tokens: count(content) });
    for (const [index, text] of TEXTS.entries()) {
      const next = TEXTS[(index + 1) % TEXTS.length] ?? '';
      expect(atMost(text) + JOINT_TOKENS + atMost(next)).toBeGreaterThanOrEqual(count(text + JOINT + next));
    }
  });
});
