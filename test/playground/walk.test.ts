import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, expect, jest, test } from '@jest/globals';
import { type PlaygroundProcess, spawnPlayground } from './start-playground.ts';

jest.setTimeout(60_000);

let playground: PlaygroundProcess | undefined;
afterEach(() => playground?.drop());

/** Types a line, and waits for what it leads to, so that what came before cannot be taken for it. */
async function step(line: string, ...expected: (string | RegExp)[]): Promise<void> {
  playground?.forget();
  playground?.type(line);
  for (const text of expected) await playground?.shown(text);
}

const LAST_BUTTONS = /\[Regenerate\] \[Continue\] \[Edit\] \[Delete\]\n$/;

test('a card is imported, played by two, swiped, edited, branched, survives SIGKILL, and is exported again', async () => {
  playground = spawnPlayground();
  const { folder } = playground;
  await playground.shown('Ready.');

  await step('/persona export persona: Ottilie Marsh format: CHARX', 'Ottilie_Marsh.charx');
  await step(`:save ${folder}/card.charx`, `Saved: ${folder}/card.charx`);
  await step(`/persona import file: ${folder}/card.charx`, '**Imported.**', '[Use here]');
  await step(
    '/roleplay start persona: Ottilie Marsh title: The lighthouse',
    'The thread “The lighthouse” opens; `:in The lighthouse` leads there.',
    'started a roleplay with **Ottilie**: “The lighthouse” (`:in The lighthouse`).',
  );

  await step(':in the light', 'You are Alice in The lighthouse.', 'So, pet. What were you carrying?', '[1/3]');
  await step('A broken lantern.', 'the newest says: "Alice: A broken lantern."', LAST_BUTTONS);
  await step(':as Bob', 'You are Bob in The lighthouse.');
  await step('I carry the oil.', 'the newest says: "Bob: I carry the oil."', LAST_BUTTONS);
  for (const count of ['2/2', '3/3', '4/4']) {
    await step(count === '2/2' ? ':press Regenerate' : ':press ▶', new RegExp(`\\[${count}\\][^]*\\[Delete\\]\\n$`));
  }
  await step(':press ◀', '[3/4]');
  await step('/roleplay continue', '**Ottilie** goes on.', /I was given[^]*I was given[^]*\[Delete\]\n$/);

  await step(':menu Edit', 'A form opens: “Edit the reply”', 'What the reply says (required):');
  await step(':fill', 'Nothing is filled in. Required: What the reply says. The form stays open.');
  await step(':fill Colour: red', 'The form has no “Colour”, only What the reply says.');
  await step(':fill What: The oil is yours, then.', 'Edited. The next replies know the new words.');
  await step(
    ':menu Branch',
    'in “The lighthouse (branch)” (`:in The lighthouse (branch)`), with 5 messages. This one stays as it is.',
  );
  await step(':in The lighthouse (branch)', 'You are Bob in The lighthouse (branch).', 'The oil is yours, then.');

  await step('Tell me the long story.', 'A long answer');
  await step(
    ':kill',
    'The bot is ended with SIGKILL …',
    /Interrupted by a restart of the bot\. Press (?:Regenerate|Retry) for a new reply\./,
    'The bot is back.',
  );
  await step('What did I say before?', 'Before this you wrote:', LAST_BUTTONS);
  await step('/lorebook test text: a lantern in the fog', 'As **Ottilie** would read it');
  await step('/persona export persona: Ottilie Marsh', 'Ottilie_Marsh.png', '[CHARX]');
  await step(`:save Ottilie_Marsh.png ${folder}/again.png`, `Saved: ${folder}/again.png`);
  await step(`/persona import file: ${folder}/again.png`, 'Ottilie Marsh');

  await step(':in the lighthouse', 'You are Bob in The lighthouse.', 'I carry the oil.', 'The oil is yours, then.');
  playground.type(':quit');
  expect(await once(playground.process, 'exit')).toEqual([0, null]);
  expect(readFileSync(`${folder}/card.charx`).subarray(0, 2).toString()).toBe('PK');
  expect(playground.filesLeft().sort()).toEqual(['again.png', 'card.charx']);
});
