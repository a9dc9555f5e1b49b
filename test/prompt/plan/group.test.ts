import { describe, expect, test } from '@jest/globals';
import type { PlanRequest } from '../../../src/prompt/plan.ts';
import { injectionsFor, persona, slotsFor } from './scene.ts';

const MAIN = "main prompt | system: Write Moss's next reply in a fictional chat between Wren, Moss, Tansy and Robin.";

const wren = persona({
  description: '{{char}} keeps the light for {{user}}.',
  depthPrompt: { prompt: '<BOT> listens.', depth: 1, role: 'system' },
});
const moss = persona({
  name: 'Moss',
  description: '{{char}} gardens.',
  exampleDialogue: '{{user}}: Roses?\n{{char}}: No.\nWren: Yes.',
  depthPrompt: { prompt: '{{char}} digs.', depth: 1, role: 'user' },
});
const tansy = persona({ name: 'Tansy', nickname: 'Tan', description: '{{char}} bakes.' });

type Group = NonNullable<PlanRequest['group']>;
const group = (changes: Partial<Group>): Group => ({
  members: [wren, moss, tansy],
  muted: [tansy],
  mode: 'swap',
  joinPrefix: '',
  joinSuffix: '',
  ...changes,
});
const context = { char: 'Moss', group: 'Wren, Moss, Tansy' };

describe('among several', () => {
  test('only the speaker’s texts with `swap`, and examples under their names', () => {
    expect(slotsFor({ persona: moss, group: group({}) }, context)).toEqual([
      MAIN,
      'description | system: Moss gardens.',
      'heading: [Example Chat] / example_user: Robin: Roses? / example_assistant: Wren: Moss: No.\n Yes.',
      '(history)',
    ]);
    expect(injectionsFor({ persona: moss, group: group({}) })).toEqual(['1 user: Wren digs.']);
  });

  test('those of all that may speak with `join`, each in its own name', () => {
    const joined = group({ mode: 'join', joinPrefix: '<{{char}} <FIELDNAME>> ', joinSuffix: ' </{{ char }}>' });
    expect(slotsFor({ persona: moss, group: joined }, context)).toEqual([
      MAIN,
      'description | system: <Wren Description> Wren keeps the light for Robin. </Wren>\n<Moss Description> Moss gardens. </Moss>',
      'heading: [Example Chat]',
      'heading: [Example Chat] / example_user: Robin: Roses? / example_assistant: Wren: Moss: No.\n Yes. </Moss>',
      '(history)',
    ]);
    expect(injectionsFor({ persona: moss, group: joined })).toEqual(['1 user: Moss digs.', '1 system: Wren listens.']);
  });

  test('those of the muted too with `join-muted`, under their nicknames', () => {
    const slots = slotsFor({ persona: moss, group: group({ mode: 'join-muted' }) }, context);
    expect(slots[1]).toBe('description | system: Wren keeps the light for Robin.\nMoss gardens.\nTan bakes.');
  });

  test('a muted speaker is not left out', () => {
    const slots = slotsFor({ persona: tansy, group: group({ mode: 'join' }) }, context);
    expect(slots[1]).toBe('description | system: Wren keeps the light for Robin.\nMoss gardens.\nTan bakes.');
  });

  test('the conversation’s own texts stand for all', () => {
    const chatTexts = { scenario: 'Here, {{char}}.', exampleDialogue: 'Moss: Hm.' };
    expect(slotsFor({ persona: moss, group: group({ mode: 'join' }), chatTexts }, context).slice(2)).toEqual([
      'scenario | system: Here, Moss.',
      'heading: [Example Chat] / example_assistant: Moss: Hm.',
      '(history)',
    ]);
  });
});
