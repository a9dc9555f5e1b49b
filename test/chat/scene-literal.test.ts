import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createPrompting, framedTexts } from './prompting.ts';

/** In which a card, a lorebook and a member's own text are the same whatever stands around them. */
const QUOTES: [template: string, told: (said: Said) => string][] = [
  ['{{user}}', ({ name }) => name],
  ['<USER>', ({ name }) => name],
  ['{{{user}}}', ({ name }) => `{${name}}`],
  ['{{notChar}}', ({ name }) => name],
  ['{{input}}', ({ message }) => message],
  ['{{lastMessage}}', ({ message }) => message],
  ['{{lastUserMessage}}', ({ message }) => message],
  ['{{lastCharMessage}}', ({ reply }) => reply],
  ['{{setvar::note::{{input}}}}{{.note}}', ({ message }) => message],
  ['{{if true}}{{input}}{{/if}}', ({ message }) => message],
  ['{{nosuch::{{input}}}}', ({ message }) => `{{nosuch::${message}}}`],
  ['{{{{user}}}}', ({ name }) => `{{${name}}}`],
  ['{{ {{input}} }}', ({ message }) => `{{ ${message} }}`],
  ['{{.{{input}}}}', ({ message }) => `{{.${message}}}`],
  ['{{setvar{{input}}}}', ({ message }) => `{{setvar${message}}}`],
  [String.raw`\{\{{{lastCharMessage}}\}\}`, ({ reply }) => `{{${reply}}}`],
];
/** Of these the card reads a part as its own. */
const TORN = [
  '{{setvar::note::{{input}}',
  '{{.note = {{user}}',
  String.raw`\{\{setvar::{{input}}\}\}`,
  String.raw`\{\{setvar::note::{{lastCharMessage}}\}\}`,
  '{{if {{user}}}}{{input}}{{/if}}{{{{lastMessage}}',
];

interface Said {
  name: string;
  about: string;
  message: string;
  reply: string;
}

const braces = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 6 }));
const macro = fc.constantFrom(
  'setvar::hp::999',
  '.hp = 999',
  'getvar::secret',
  '.secret',
  'user',
  'deletevar::hp',
  'x',
);
const braced = fc.tuple(braces, macro).map(([[open, close], words]) => '{'.repeat(open) + words + '}'.repeat(close));
const escaped = fc
  .tuple(braces, macro)
  .map(([[open, close], words]) => String.raw`\{`.repeat(open) + words + String.raw`\}`.repeat(close));
const plain = fc.constantFrom(
  'setvar::hp::999',
  '::hp::999',
  'hp::999',
  '<user>',
  '<BOT>',
  '<char',
  '\\',
  '}}',
  ':',
  'a b',
);
const text = fc
  .array(fc.oneof(braced, escaped, plain), { minLength: 1, maxLength: 4 })
  .map((pieces) => pieces.join(''));
const anySaid: fc.Arbitrary<Said> = fc.record({ name: text, about: text, message: text, reply: text });

async function promptOf(template: string, { name, about, message, reply }: Said, lore = `⟦${template}⟧`) {
  const prompting = await createPrompting({
    card: { description: `⟦${template}⟧` },
    entries: [{ content: lore, isConstant: true }],
    users: { read: async () => ({ persona: { name, description: about, pronouns: '', at: 0 } }) },
  });
  await prompting.set({ variables: { hp: '7', secret: 'hushed' } });
  await prompting.say('0', 'Hello.', name);
  await prompting.reply('0', reply);
  const scene = await prompting.prepare(await prompting.say('1', message, name));
  await scene.settle();
  const { hp, secret } = (await prompting.scenes.read('c'))?.variables ?? {};
  return { texts: framedTexts(scene.frame), variables: { hp, secret } };
}

test('what members and models write stands in a prompt as they wrote it, wherever a card quotes it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...QUOTES), anySaid, async ([template, told], said) => {
      const { texts, variables } = await promptOf(template, said, `⟦${template}⟧⟪{{persona}}⟫{{{{persona}}}}`);
      const quoted = `⟦${told(said)}⟧`;
      expect(texts).toEqual(expect.arrayContaining([said.about, quoted]));
      expect(texts).toContain(`${quoted}⟪${said.about}⟫{{${said.about}}}`);
      expect(variables).toEqual({ hp: '7', secret: 'hushed' });
    }),
    { numRuns: 300 },
  );
});

test('what members and models write reads and changes no variable, even where a card has torn macros', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...TORN), anySaid, async (template, said) => {
      const { texts, variables } = await promptOf(template, said);
      expect(variables).toEqual({ hp: '7', secret: 'hushed' });
      expect(texts.filter((content) => content.includes('hushed'))).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

test.each([
  ['{{{{input}}}}', '.hp = 999'],
  ['{{{{input}}}}', 'setvar::hp::999'],
  ['{{set{{input}}}}', 'var::hp::999'],
  [String.raw`\{\{setvar::{{input}}\}\}`, 'hp::999'],
  ['{{setvar::hp::{{input}}', '999}}'],
  [String.raw`\{\{if {{input}}\}\}{{setvar::none::1}}\{\{/if\}\}`, '{{setvar::hp::999}}'],
  ['{{persona}}', '{{{setvar::hp::999}}}'],
])('%s makes no macro of %s', async (template, said) => {
  const { variables } = await promptOf(template, { name: said, about: said, message: said, reply: said });
  expect(variables).toEqual({ hp: '7', secret: 'hushed' });
});
