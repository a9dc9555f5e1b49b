import { describe, expect, test } from '@jest/globals';
import { editForm, editsOf } from '../../../src/discord/personas/forms.ts';
import { personaOf, readCard } from '../../../src/personas/cards/card.ts';
import type { Persona } from '../../../src/personas/persona.ts';
import { cardJson } from './scene.ts';

const ARIA = personaOf(readCard(cardJson()));
const SHORT = 'g2rlwq9hyd6rk3.abcdefghijkl';

function opened(form: string, persona = ARIA) {
  const modal = editForm(form, SHORT, persona);
  if (!modal) throw new Error(`no form ${form}`);
  const fields = Object.fromEntries(
    Object.entries(modal.inputs).flatMap(([name, input]) =>
      input.kind === undefined || input.kind === 'text' ? [[name, input.value ?? '']] : [],
    ),
  );
  const marks = modal.custom_id.split(':')[3] ?? '';
  return { modal, fields, marks };
}

describe('the forms of a persona', () => {
  test('show what stands in the card', () => {
    expect(opened('basics').fields).toEqual({
      name: 'Aria',
      description: 'A harbour pilot who knows every rock.',
      firstMessage: 'Watch the step, {{user}}.',
      tags: 'harbour',
    });
    expect(opened('g1').fields).toEqual({ greeting: 'You again.' });
  });

  test.each(['basics', 'more', 'details', 'g0', 'g999'])('%s has an id that Discord and the bot take', (form) => {
    const { modal } = opened(form);
    expect(modal.custom_id).toMatch(/^[a-z-]{1,30}:.{1,60}$/);
    expect(modal.title.length).toBeLessThanOrEqual(45);
    for (const { label, description = '' } of Object.values(modal.inputs)) {
      expect(label.length).toBeLessThanOrEqual(45);
      expect(description.length).toBeLessThanOrEqual(100);
    }
  });

  test.each(['', 'constructor', 'toString', 'g', 'g1000', 'other'])('there is no form %j', (form) => {
    expect(editForm(form, SHORT, ARIA)).toBeUndefined();
  });
});

describe('what a submitted form changes', () => {
  const submit = (
    form: string,
    change: Record<string, string>,
    { before = ARIA, now = before }: { before?: Persona; now?: Persona } = {},
  ) => {
    const { fields, marks } = opened(form, before);
    return editsOf({ form, marks, fields: { ...fields, ...change } }, now);
  };

  test('nothing, if nothing was typed', () => {
    for (const form of ['basics', 'more', 'details', 'g0', 'g1']) {
      expect(submit(form, {})).toEqual({ edits: {}, labels: [] });
    }
  });

  test('line ends and white space at the ends, which Discord changes by itself, are no change', () => {
    const before = { ...ARIA, description: 'one\r\ntwo \n' };
    expect(submit('basics', { description: 'one\ntwo' }, { before }).labels).toEqual([]);
  });

  test('only the fields in which something else stands than when it opened', () => {
    const now = { ...ARIA, description: 'Changed by somebody else meanwhile.' };
    expect(submit('basics', { name: 'Arietta', tags: 'sea,  night,' }, { now })).toEqual({
      edits: { name: 'Arietta', tags: ['sea', 'night'] },
      labels: ['name', 'tags'],
    });
  });

  test('a text that is too long for a form stays, unless something is typed over it', () => {
    const before = { ...ARIA, description: 'x'.repeat(5_000) };
    expect(opened('basics', before).modal.inputs['description']).toMatchObject({
      placeholder: 'Left empty, it stays as it is: 5000 characters, more than a form takes.',
    });
    expect(submit('basics', {}, { before }).edits).toEqual({});
    expect(submit('basics', { description: 'Short.' }, { before }).edits).toEqual({ description: 'Short.' });
  });

  test.each<[form: string, typed: string, greetings: string[]]>([
    ['g0', 'Ahoy.', ['Ahoy.', 'You again.']],
    ['g1', 'Back?', ['Watch the step, {{user}}.', 'Back?']],
    ['g2', 'A third.', ['Watch the step, {{user}}.', 'You again.', 'A third.']],
    ['g9', 'A third.', ['Watch the step, {{user}}.', 'You again.', 'A third.']],
    ['g0', '', ['You again.']],
    ['g1', '', ['Watch the step, {{user}}.']],
  ])('%s with %j leaves the greetings %j', (form, typed, [firstMessage, ...alternateGreetings]) => {
    expect(submit(form, { greeting: typed }).edits).toEqual({ firstMessage, alternateGreetings });
  });
});
