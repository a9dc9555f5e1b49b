import { describe, expect, test } from '@jest/globals';
import { UserError } from '../../src/core/errors.ts';
import { assemblePrompt, type PromptFrame, type PromptRequest } from '../../src/prompt/assemble.ts';
import type { PromptMessage } from '../../src/prompt/roles.ts';
import { contentsOf, countCharacters, counted, requestOf, turnOf } from './support.ts';

const user = (content: string): PromptMessage => ({ role: 'user', content });
const assistant = (content: string): PromptMessage => ({ role: 'assistant', content });
const system = (content: string): PromptMessage => ({ role: 'system', content });

/** The contents of the prompt, with the roles of what is not the user's or the assistant's words. */
async function promptOf(overrides: Partial<PromptRequest>): Promise<string[]> {
  const { messages } = await assemblePrompt(requestOf(overrides));
  return messages.map(({ role, content }) => `${role}: ${content}`);
}

const WHOLE_FRAME: PromptFrame = {
  mandatory: [{ name: 'instructions', content: 'Be kind.' }],
  examples: [[user('Hi'), assistant('Ahoy')], [assistant('Aye')]],
  start: { name: 'start', content: '[Start]' },
  injections: [{ depth: 1, message: system('A note.') }],
  closing: [{ name: 'closing', content: 'Stay short.' }],
  continued: 'Once upon',
  ending: [{ name: 'ending', content: 'Go on.' }],
};

describe('the frame of a prompt', () => {
  test('stands around the conversation in its order', async () => {
    expect(await promptOf({ ...WHOLE_FRAME, turns: [turnOf(1)] })).toEqual([
      'system: Be kind.',
      'user: Hi',
      'assistant: Ahoy\n\nAye',
      'system: [Start]',
      'user: Alice: question 1',
      'assistant: answer 1',
      'user: Alice: Hello',
      'system: A note.\n\nStay short.',
      'assistant: Once upon',
      'system: Go on.',
    ]);
  });

  test('is counted once, with all other texts, and its parts add up to the prompt', async () => {
    const rounds: (readonly string[])[] = [];
    const count = (texts: readonly string[]) => {
      rounds.push(texts);
      return countCharacters(texts);
    };
    const { parts, promptTokens, countedTokens } = await assemblePrompt(requestOf({ ...WHOLE_FRAME, count }));
    expect(rounds.length).toBe(2);
    const sizes = Object.fromEntries(parts.map(({ name, tokens }) => [name, tokens]));
    expect(sizes).toMatchObject({
      instructions: 8,
      examples: 'Hi'.length + 'Ahoy'.length + 'Aye'.length,
      start: 7,
      injections: 7,
      closing: 11,
      reply: 9,
      ending: 6,
    });
    expect(parts.reduce((total, { tokens }) => total + tokens, 0)).toBe(promptTokens);
    expect(countedTokens).toBe(promptTokens);
  });

  test('leaves out blank texts', async () => {
    const blank = { name: 'blank', content: ' \n' };
    expect(
      await promptOf({
        mandatory: [blank],
        examples: [[user(' ')]],
        start: blank,
        injections: [{ depth: 0, message: system('') }],
        closing: [blank],
        continued: ' ',
        ending: [blank],
      }),
    ).toEqual(['user: Alice: Hello']);
  });

  test('that does not fit is named with what it takes', async () => {
    const closing = [{ name: 'post-history', content: 'x'.repeat(700) }];
    await expect(assemblePrompt(requestOf({ closing }))).rejects.toThrow('post-history');
  });
});

describe('example dialogue', () => {
  const block = (text: string) => [user(text)];

  test('comes in whole blocks from the first on, as many as fit', async () => {
    const examples = [block('a'.repeat(200)), [user('b'.repeat(200)), assistant('c'.repeat(300))], block('d')];
    expect(await promptOf({ examples })).toEqual(['system: Be kind.', `user: ${'a'.repeat(200)}\n\nAlice: Hello`]);
  });

  test('gives way to turns: there is none while older turns are left out', async () => {
    const turns = Array.from({ length: 9 }, (_, index) => turnOf(9 - index, 'q'.repeat(100), 'a'));
    const { messages, turnsDropped } = await assemblePrompt(requestOf({ turns, examples: [block('tiny')] }));
    expect(turnsDropped).toBe(true);
    expect(JSON.stringify(messages)).not.toContain('tiny');
  });
});

describe('what stands at a depth', () => {
  const turns = [turnOf(2), turnOf(1)];
  const at = (depth: number) => [{ depth, message: system('NOTE') }];
  const placed = async (overrides: Partial<PromptRequest>) =>
    contentsOf(await assemblePrompt(requestOf({ mandatory: [], turns, ...overrides }))).indexOf('NOTE');

  test.each([
    [0, 5],
    [1, 4],
    [2, 3],
    [4, 1],
    [5, 0],
    [99, 0],
  ])('%i has so many messages behind it', async (depth, index) => {
    expect(await placed({ injections: at(depth) })).toBe(index);
  });

  test.each([
    [0, 5],
    [1, 5],
    [2, 4],
  ])('%i counts the reply that is to go on', async (depth, index) => {
    const frame = { continued: 'Once', ending: [{ name: 'ending', content: 'Go on.' }] };
    expect(await placed({ ...frame, injections: at(depth) })).toBe(index);
  });

  test('keeps its order, the deeper one above where both stand in front of all', async () => {
    const notes = ['a', 'b', 'c', 'd'].map((content) => ({
      depth: content === 'c' ? 90 : 50,
      message: system(content),
    }));
    expect(contentsOf(await assemblePrompt(requestOf({ mandatory: [], turns, injections: notes })))[0]).toBe(
      'c\n\na\n\nb\n\nd',
    );
  });
});

describe('a prompt without a newest message', () => {
  const current = { name: 'Alice', content: ' ' };

  test('is refused if nothing says what to write', async () => {
    const start = { name: 'start', content: '[Start]' };
    await expect(assemblePrompt(requestOf({ current, start, turns: [turnOf(1)] }))).rejects.toEqual(
      new UserError('input', 'There is no text to reply to.'),
    );
  });

  test.each(['closing', 'ending'] as const)('is asked for by its %s', async (place) => {
    expect(await promptOf({ current, turns: [turnOf(1)], [place]: [{ name: 'cue', content: 'Speak.' }] })).toEqual([
      'system: Be kind.',
      'user: Alice: question 1',
      'assistant: answer 1',
      'system: Speak.',
    ]);
  });

  test('says so if not even the frame fits', async () => {
    const ending = [{ name: 'cue', content: 'x'.repeat(900) }];
    await expect(assemblePrompt(requestOf({ current, ending }))).rejects.toThrow('cue');
  });
});

describe('replies of several speakers', () => {
  test('have their names before them, which take their tokens', async () => {
    const turn = { ...turnOf(1), reply: { ...counted('Ahoy.'), prefix: 'Mira: ' } };
    const named = await assemblePrompt(requestOf({ turns: [turn] }));
    const plain = await assemblePrompt(requestOf({ turns: [{ ...turn, reply: counted('Ahoy.') }] }));
    expect(contentsOf(named)).toEqual(['Be kind.', 'Alice: question 1', 'Mira: Ahoy.', 'Alice: Hello']);
    expect(named.countedTokens - plain.countedTokens).toBe('Mira: '.length + 2);
  });

  test('keep their names when they are shortened', async () => {
    const turn = { ...turnOf(2), reply: { ...counted('long '.repeat(110)), prefix: 'Mira: ' } };
    const { messages } = await assemblePrompt(requestOf({ turns: [turn, turnOf(1, 'q'.repeat(400))] }));
    expect(messages.findLast(({ role }) => role === 'assistant')?.content).toMatch(/^Mira: long /);
  });

  test('are nobody’s words to imitate: no member speaks under a name of theirs', async () => {
    const turns = [{ ...turnOf(1), user: { name: 'MIRA', ...counted('I am she') } }];
    expect(contentsOf(await assemblePrompt(requestOf({ turns, ownNames: ['Otto', 'Mira'] })))[1]).toBe(
      'MIRA (member): I am she',
    );
  });
});
