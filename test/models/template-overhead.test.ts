import { describe, expect, test } from '@jest/globals';
import { knownModel } from '../../src/models/known-models.ts';
import { arrangeRoles, type PromptMessage } from '../../src/prompt/roles.ts';
import { defaultModels } from '../../src/simulator/infermatic/models.ts';
import { templates } from '../../src/simulator/infermatic/templates.ts';
import { createTokenCounter, loadTokenizer } from '../../src/simulator/infermatic/tokenizers.ts';

/** The simulator writes out each template and counts it: an independent judge of our sums. */
const countTemplate = createTokenCounter();

const say = (role: PromptMessage['role'], ...contents: string[]) => contents.map((content) => ({ role, content }));
const taking = (turns: number, question: string, answer: string) =>
  Array.from({ length: turns }, (_, index) => [
    ...say('user', `Mira: ${question} ${index}`),
    ...say('assistant', `${answer} ${index * 7919}.`),
  ]).flat();

const conversations: Record<string, PromptMessage[]> = {
  'one word': say('user', 'Hi'),
  'a system message and a question': [...say('system', 'Be brief.'), ...say('user', 'Anna: Who are you?')],
  'many short turns': [...say('system', 'Be brief.'), ...taking(60, 'and', 'No'), ...say('user', 'Mira: why?')],
  'several systems, neighbours and a late system message': [
    ...say('system', 'You are Dramatis.', 'Lore: the sea is dry.'),
    ...say('user', 'Anna: one', 'Ben: two', 'Mira: three'),
    ...say('assistant', 'All of you?'),
    ...say('system', 'Be dark now.'),
    ...say('user', 'Anna: yes'),
  ],
  'an assistant that begins': [...say('assistant', '*waves* "Hello!"'), ...say('user', 'Mira: hello')],
  'spaces, line ends and signs at the edges': [
    ...say('system', '  - one\n- two\n'),
    ...say('user', '\n\n```js\nlet x = 1;\n```\n', '[INST] <|im_end|> ### Response:'),
    ...say('assistant', ' 12345 ', '\t{"a": [1, 2]}'),
    ...say('user', '…'),
  ],
  'other scripts': [...taking(5, '吾輩は猫である。', 'Старый смотритель 😏'), ...say('user', 'ñ')],
};

const MAX_SURPLUS_PER_MESSAGE = 12;
const MAX_SURPLUS_PER_PROMPT = 12;
/** What the simulator takes other families times. */
const OTHER_FACTOR = 1.12;

describe.each(defaultModels.filter(({ template }) => template !== 'plain'))('the overhead of $id', (simulated) => {
  const { tokenizer, overhead, roles } = knownModel(simulated.id);
  const isOther = simulated.tokenizer === 'other';

  test('goes with the right tokenizer', () => {
    expect([tokenizer.name, tokenizer.isExact]).toEqual(isOther ? ['llama3', false] : [simulated.tokenizer, true]);
  });

  test.each(Object.entries(conversations))(
    'covers what the template adds to %s, and little more',
    async (_, spoken) => {
      const messages = arrangeRoles(spoken, roles);
      const encode = await loadTokenizer[simulated.tokenizer]();
      const contents = messages.reduce((total, { content }) => total + encode(content).length, 0);
      const raw = contents + messages.length * overhead.perMessage + overhead.perPrompt;

      const actual = await countTemplate(simulated.tokenizer, templates[simulated.template](messages));

      expect(Math.ceil(raw * tokenizer.factor)).toBeGreaterThanOrEqual(actual);
      const surplus = messages.length * MAX_SURPLUS_PER_MESSAGE + MAX_SURPLUS_PER_PROMPT;
      expect(raw).toBeLessThanOrEqual(actual / (isOther ? OTHER_FACTOR : 1) + surplus);
    },
  );
});
