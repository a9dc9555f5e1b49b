import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runPrompt } from '../../src/cli/prompt.ts';
import { caseOf, wren } from './prompt/scene.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'case-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** What is printed for a file of this text. */
async function printed(text: string): Promise<string> {
  const path = join(folder, 'case.json');
  await writeFile(path, text);
  let output = '';
  await runPrompt(path, { stdout: { write: (chunk) => (output += chunk) } });
  return output;
}

describe('npm run prompt', () => {
  test('prints the messages of the last request as JSON, and nothing else', async () => {
    const input = caseOf({
      cards: [wren({ mes_example: '{{char}}: Hm.' })],
      lorebooks: { Lamp: { entries: { 0: { uid: 0, key: ['lamp'], content: 'The lamp is old.' } } } },
      world_info_links: { global: ['Lamp'] },
      steps: [
        { op: 'send', text: 'The lamp?' },
        { op: 'send', text: 'And you?' },
      ],
    });
    const output = await printed(`\uFEFF${JSON.stringify({ ...input, expected: { messages: [] } })}`);
    expect(JSON.parse(output)).toEqual([
      { role: 'system', content: "Write Wren's next reply in a fictional chat between Wren and Robin." },
      { role: 'system', content: '[Example Chat]' },
      { role: 'system', content: 'Hm.', name: 'example_assistant' },
      { role: 'system', content: '[Start a new Chat]' },
      { role: 'assistant', content: 'Hello, Robin.' },
      { role: 'user', content: 'The lamp?' },
      { role: 'assistant', content: 'Golden reply 1.' },
      { role: 'user', content: 'And you?' },
    ]);
  });

  test.each([
    ['{', 'case.json: It is no JSON.'],
    ['[]', 'This is no case: it needs an `input` with `cards` and at least one of `steps`.'],
    [JSON.stringify(caseOf({ steps: [{ op: 'swipe_greeting' }] })), 'No step of this case sends a request.'],
    [JSON.stringify(caseOf({ cards: [], steps: [{ op: 'generate' }] })), 'has no character'],
    [JSON.stringify(caseOf({ cards: [{ entries: {} }], steps: [{ op: 'generate' }] })), 'lorebook'],
    [
      JSON.stringify(caseOf({ group: { members: ['Nobody'] }, steps: [{ op: 'generate' }] })),
      'The group has a member "Nobody" that is not among the cards.',
    ],
  ])('says what is wrong with %s', async (text, message) => {
    await expect(printed(text)).rejects.toMatchObject({
      name: 'StartError',
      message: expect.stringContaining(message),
    });
  });

  test('says that a file is not there', async () => {
    const stdout = { write: () => true };
    await expect(runPrompt(join(folder, 'none.json'), { stdout })).rejects.toThrow('none.json: It cannot be read.');
    await expect(runPrompt('', { stdout })).rejects.toThrow('npm run prompt -- CASE.json');
  });
});
