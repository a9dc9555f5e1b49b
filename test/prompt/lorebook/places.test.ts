import { describe, expect, test } from '@jest/globals';
import { activateLore } from '../../../src/prompt/lorebook.ts';
import { activate, type EntryFacts, requestOf, sourceOf } from './support.ts';

const constant = (content: string, facts: Partial<EntryFacts> = {}): EntryFacts => ({
  content,
  isConstant: true,
  ...facts,
});
const NOTHING = {
  before: '',
  after: '',
  noteTop: '',
  noteBottom: '',
  atDepth: [],
  examplesTop: [],
  examplesBottom: [],
  outlets: {},
  elsewhere: [],
  disabledPrompts: [],
};

async function placesOf(entries: EntryFacts[]) {
  const { timed: _, report: __, ...places } = await activate(entries, { chat: ['hello'] });
  return places;
}

describe('where contents go', () => {
  test.each([
    ['before-character', { before: '5\n9' }],
    ['after-character', { after: '5\n9' }],
    ['note-top', { noteTop: '5\n9' }],
    ['note-bottom', { noteBottom: '5\n9' }],
    ['at-depth', { atDepth: [{ depth: 4, role: 'system', content: '5\n9' }] }],
    ['examples-top', { examplesTop: ['9', '5'] }],
    ['examples-bottom', { examplesBottom: ['5', '9'] }],
    ['outlet', { outlets: { spot: '9\n5' } }],
  ] as const)('%s', async (position, expected) => {
    const at = { position, outletName: 'spot' };
    const entries = [constant('9', { order: 9, ...at }), constant('5', { order: 5, ...at })];
    expect(await placesOf(entries)).toEqual({ ...NOTHING, ...expected });
  });

  test('of equal order the later stands above', async () => {
    const entries = ['a', 'b', 'c'].map((content) => constant(content));
    expect(await placesOf(entries)).toEqual({ ...NOTHING, before: 'c\nb\na' });
  });

  test('at depth there is one text for each depth and role', async () => {
    const at = (content: string, depth: number, role: 'user' | 'system' = 'system') =>
      constant(content, { position: 'at-depth', depth, role });
    expect((await placesOf([at('a', 0), at('b', 2), at('c', 0), at('d', 0, 'user')])).atDepth).toEqual([
      { depth: 0, role: 'user', content: 'd' },
      { depth: 0, role: 'system', content: 'c\na' },
      { depth: 2, role: 'system', content: 'b' },
    ]);
  });

  test('an outlet without a name goes nowhere, one of any name somewhere', async () => {
    const at = (content: string, outletName: string) => constant(content, { position: 'outlet', outletName });
    const { outlets } = await placesOf([at('a', ''), at('b', '__proto__')]);
    expect(Object.entries(outlets)).toEqual([['__proto__', 'b']]);
  });

  test('contents are not trimmed; empty ones leave no line', async () => {
    const entries = [
      constant('  one\r\ntwo\n\n', { order: 1 }),
      constant('', { order: 2 }),
      constant('   ', { order: 3 }),
    ];
    expect((await placesOf(entries)).before).toBe('  one\r\ntwo\n\n\n   ');
  });

  test('macros are expanded', async () => {
    expect((await placesOf([constant('{{char}} knows {{user}}')])).before).toBe('Wren knows Robin');
  });
});

describe('decorators', () => {
  const STRIPPED = 'the text\n@@depth 1';
  test.each([
    ['@@depth 2', { atDepth: [{ depth: 2, role: 'system', content: STRIPPED }] }],
    ['@@depth 0\n@@role assistant', { atDepth: [{ depth: 0, role: 'assistant', content: STRIPPED }] }],
    ['@@depth 2\n@@depth 3', { atDepth: [{ depth: 2, role: 'system', content: STRIPPED }] }],
    ['@@depth 2\n@@position scenario', { elsewhere: [{ place: 'scenario', content: STRIPPED }] }],
    ['@@position nowhere', { before: STRIPPED }],
    ['@@position nowhere\n@@@position personality', { elsewhere: [{ place: 'personality', content: STRIPPED }] }],
    [
      '@@unknown\n@@@unknown too\n@@@depth x\n@@@depth 7\n@@@depth 8',
      { atDepth: [{ depth: 7, role: 'system', content: STRIPPED }] },
    ],
    ['@@role user\n@@@depth 7', { before: STRIPPED }],
    ['@@is_user_icon x\n@@\n@@ \r\n@@@@depth 3', { before: STRIPPED }],
    ['\n\n@@depth 2\r', { atDepth: [{ depth: 2, role: 'system', content: STRIPPED }] }],
    ['@@disable_ui_prompt system_prompt', { before: STRIPPED, disabledPrompts: ['system_prompt'] }],
    ['@@disable_ui_prompt everything', { before: STRIPPED }],
    ['@@__proto__ 1\n@@constructor 2', { before: STRIPPED }],
    ['@@dont_activate', {}],
    ['@@dont_activate\n@@activate', { before: STRIPPED }],
  ] as const)('%j', async (lines, expected) => {
    expect(await placesOf([constant(`${lines}\n${STRIPPED}`)])).toEqual({ ...NOTHING, ...expected });
  });

  test.each([
    ['@@activate', true],
    ['@@scan_depth 3', true],
    ['@@scan_depth 2', false],
    ['@@activate_only_after 2', false],
  ])('%s on an entry whose key stands in the third message', async (line, expected) => {
    const entries = [{ content: `${line}\nlore`, keys: ['third'] }];
    const { before } = await activate(entries, { chat: ['third', 'second', 'first'] });
    expect(before).toBe(expected ? 'lore' : '');
  });

  test.each([
    ['activate_only_after 3', [3, 4, 5, 6]],
    ['activate_only_every 3', [0, 3, 6]],
    ['activate_only_every 0', [0, 1, 2, 3, 4, 5, 6]],
  ])('@@%s counts the replies', async (line, expected) => {
    const found: number[] = [];
    for (let assistantMessageCount = 0; assistantMessageCount < 7; assistantMessageCount += 1) {
      const { before } = await activate([constant(`@@${line}\nlore`)], { assistantMessageCount });
      if (before === 'lore') found.push(assistantMessageCount);
    }
    expect(found).toEqual(expected);
  });

  test.each([
    [0, 'zero'],
    [1, 'one'],
    [undefined, ''],
  ])('@@is_greeting holds for greeting %j', async (greetingIndex, expected) => {
    const entries = [constant('@@is_greeting 0\nzero'), constant('@@is_greeting 1\none')];
    expect((await activate(entries, { greetingIndex })).before).toBe(expected);
  });

  test.each([
    ['@@additional_keys oil, wick', true],
    ['@@additional_keys wick', false],
    ['@@additional_keys oil\n@@additional_keys wick,fog', true],
    ['@@additional_keys oil\n@@additional_keys wick', false],
    ['@@exclude_keys wick', true],
    ['@@exclude_keys wick, oil', false],
    ['@@exclude_keys /o.l/', false],
  ])('%j', async (lines, expected) => {
    for (const facts of [{ keys: ['lamp'] }, { isConstant: true }]) {
      const lore = await activate([{ content: `${lines}\nlore`, ...facts }], { chat: ['lamp oil fog'] });
      expect(lore.before === 'lore').toBe(expected);
    }
  });

  test.each([
    ['keep_activate_after_match', ['', 'lore', 'lore']],
    ['dont_activate_after_match', ['', 'lore', '']],
  ])('@@%s remembers', async (line, expected) => {
    const sources = [sourceOf([{ content: `@@${line}\nlore`, keys: ['lamp'] }])];
    let timed = requestOf(sources).timed;
    const seen: string[] = [];
    for (const chat of [
      ['nothing'],
      ['lamp'],
      ['lamp', line === 'keep_activate_after_match' ? 'nothing' : 'lamp', 'x'],
    ]) {
      const lore = await activateLore(requestOf(sources, { chat, timed }));
      timed = lore.timed;
      seen.push(lore.before);
    }
    expect({ seen, matched: timed.matched }).toEqual({ seen: expected, matched: ['B.0'] });
  });
});
