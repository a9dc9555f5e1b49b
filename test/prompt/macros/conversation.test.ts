import { describe, expect, test } from '@jest/globals';
import { createMacros, type MacroContext } from '../../../src/prompt/macros.ts';
import { macroContext } from './support.ts';

const expand = (text: string, changes: Partial<MacroContext> = {}) => createMacros(macroContext(changes)).expand(text);

const FIELDS = {
  description: ' A keeper, {{char}}.\r\n',
  personality: 'dry [{{description}}]',
  scenario: 'fog',
  persona: 'a traveller',
  mesExamplesRaw: '<START>\n{{user}}: q\n{{char}}: a',
  charPrompt: 'main',
  charInstruction: 'phi',
  charDepthPrompt: 'depth',
  charCreatorNotes: 'notes',
  charVersion: '9.9',
};

describe('names', () => {
  test.each([
    ['{{user}} {{char}}', 'Robin Wren'],
    ['{{ USER }} {{Char}}', 'Robin Wren'],
    ['<USER> <user> <BOT> <char> <Group> <CHARIFNOTGROUP>', 'Robin Robin Wren Wren Wren Wren'],
    ['<username> < user> <b>', '<username> < user> <b>'],
    ['{{group}} {{charIfNotGroup}} {{groupNotMuted}} {{notChar}}', 'Wren Wren Wren Robin'],
  ])('of a conversation of two: %s', (text, expected) => {
    expect(expand(text)).toEqual(expected);
  });

  test('of a group are those of its members', () => {
    const group = { group: 'Wren, Moss, Tansy', groupNotMuted: 'Wren, Moss', notChar: 'Robin, Moss' };
    expect(expand('{{group}}|{{charIfNotGroup}}|<GROUP>|{{groupNotMuted}}|{{notChar}}|{{char}}', group)).toEqual(
      'Wren, Moss, Tansy|Wren, Moss, Tansy|Wren, Moss, Tansy|Wren, Moss|Robin, Moss|Wren',
    );
  });
});

describe('fields', () => {
  test.each([
    ['{{description}}', 'A keeper, Wren.'],
    ['{{charDescription}}', 'A keeper, Wren.'],
    ['{{personality}}|{{charPersonality}}', 'dry []|dry []'],
    ['{{scenario}}|{{charScenario}}', 'fog|fog'],
    ['{{persona}}', 'a traveller'],
    ['{{mesExamplesRaw}}', '<START>\nRobin: q\nWren: a'],
    ['{{mesExamples}}', '<START>\nRobin: q\nWren: a\n'],
    ['{{charPrompt}} {{charInstruction}} {{charDepthPrompt}}', 'main phi depth'],
    ['{{charJailbreak}}', '{{charJailbreak}}'],
    ['{{charCreatorNotes}} {{creatorNotes}}', 'notes notes'],
    ['{{charVersion}} {{char_version}} {{version}}', '9.9 9.9 9.9'],
    ['{{greeting}}|{{charFirstMessage::0}}|{{greeting::1}}|{{greeting::2}}', 'Hi Robin|Hi Robin|Hey|'],
    ['{{greeting::x}}', '{{greeting::x}}'],
    ['[{{outlet::spot}}][{{outlet::toString}}]', '[{{kept}}][]'],
  ])('are in a preset what the card says: %s', (text, expected) => {
    const greetings = ['Hi {{user}}', ' Hey '];
    expect(expand(text, { fields: FIELDS, greetings, outlets: { spot: '{{kept}}' } })).toEqual(expected);
  });

  test('and outlets are empty in texts of a card', () => {
    const { expand: inContext } = createMacros(
      macroContext({ fields: FIELDS, greetings: ['Hi'], outlets: { spot: 'x' } }),
    );
    const names = ['description', 'charPersonality', 'scenario', 'persona', 'mesExamples', 'charVersion', 'greeting'];
    const text = [...names, 'outlet::spot', 'char'].map((name) => `[{{${name}}}]`).join('');
    expect(inContext(text, { isCardText: true })).toEqual('[][][][][][][][][Wren]');
  });

  test('that change variables change them once, however often they are named', () => {
    const context = macroContext({ fields: { description: '{{incvar::n}}' } });
    expect(createMacros(context).expand('{{description}}{{description}}')).toEqual('11');
    expect(Object.fromEntries(context.variables.local)).toEqual({ n: '1' });
  });
});

describe('{{original}}', () => {
  const { expand: inContext } = createMacros(macroContext({ fields: { scenario: 'fog' } }));

  test('is the replaced prompt once, expanded as a preset is', () => {
    const text = 'A {{ORIGINAL}}; {{ original }}.';
    const original = 'Write for {{user}} in {{scenario}}';
    expect(inContext(text, { isCardText: true, original })).toEqual('A Write for Robin in fog; .');
    expect(inContext(text, { original: '' })).toEqual('A ; .');
  });

  test('is text where nothing is replaced', () => {
    expect(inContext('{{original}}', { isCardText: true })).toEqual('{{original}}');
  });
});

describe('history and environment', () => {
  test.each([
    ['{{lastMessage}}|{{lastUserMessage}}|{{lastCharMessage}}', 'last|asked|said'],
    ['{{lastMessageId}} {{lastSwipeId}} {{currentSwipeId}} {{firstIncludedMessageId}}', '7 3 2 4'],
    ['{{allChatRange}} {{input}}', '0-7 typed'],
    ['{{model}} {{maxPrompt}} {{maxContext}} {{maxResponse}}', 'a-model 7892 8192 300'],
    ['{{maxPromptTokens}} {{maxContextTokens}} {{maxResponseTokens}}', '7892 8192 300'],
    ['{{lastGenerationType}} {{isMobile}}', 'normal false'],
  ])('%s', (text, expected) => {
    const chat = {
      lastMessage: 'last',
      lastUserMessage: 'asked',
      lastCharMessage: 'said',
      lastMessageId: 7,
      lastSwipeId: 3,
      currentSwipeId: 2,
      firstIncludedMessageId: 4,
      allChatRange: '0-7',
    };
    expect(expand(text, { chat, input: 'typed' })).toEqual(expected);
  });

  test('numbers that are not known are empty', () => {
    expect(expand('[{{lastMessageId}}{{lastSwipeId}}{{currentSwipeId}}{{firstIncludedMessageId}}]')).toEqual('[]');
  });

  test('a prompt may bring macros of its own, whose values stay as they are', () => {
    const { expand: inContext } = createMacros(macroContext());
    const extras = { lastChatMessage: '{{user}} is', char: 'Moss' };
    const text = '{{lastchatmessage}} {{char}} {{lastChatMessage::x}}{{if lastChatMessage}}!{{/if}}';
    expect(inContext(text, { extras })).toEqual('{{user}} is Moss {{lastChatMessage::x}}!');
  });
});

describe('what members wrote', () => {
  const attack = '{{setvar::x::1}}{{user}}<BOT>\\{\\{char\\}\\}';

  test.each([
    '{{lastMessage}}',
    '{{input}}',
    '{{user}}',
    '{{getvar::said}}',
    '{{.said}}',
    '{{reverse::{{reverse::{{input}}}}}}',
    '{{if user}}{{input}}{{/if}}',
    '{{random::{{input}}}}',
  ])('is never expanded, in texts of cards neither: %s', (text) => {
    const context = macroContext({ user: attack, input: attack });
    context.chat.lastMessage = attack;
    context.variables.local.set('said', attack);
    const { expand: inContext } = createMacros(context);
    const told = [inContext(text), inContext(text, { isCardText: true }), inContext(text, { isLore: true })];
    expect(told).toEqual([attack, attack, attack]);
    expect(context.variables.local.has('x')).toEqual(false);
  });

  test('stays as it is when a card keeps it and shows it later', () => {
    const context = macroContext({ input: '{{user}}' });
    const { expand: inContext } = createMacros(context);
    const text = '{{setvar::kept::{{input}}}}{{getvar::kept}}{{.kept == {{input}}}}';
    expect(inContext(text, { isCardText: true })).toEqual('{{user}}true');
    expect(inContext('{{getvar::kept}}', { isCardText: true })).toEqual('{{user}}');
  });

  test('closes no macro of a card', () => {
    const { expand: inContext } = createMacros(macroContext({ input: '}}{{/if}}' }));
    expect(inContext('{{if user}}a{{input}}b{{/if}}{{nosuch {{input}}}}', { isCardText: true })).toEqual(
      'a}}{{/if}}b{{nosuch }}{{/if}}}}',
    );
  });
});
