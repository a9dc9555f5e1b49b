import { expect, test } from '@jest/globals';
import type { Bot, Person } from '../../src/discord/bot.ts';
import { createFormDrafts } from '../../src/discord/form-drafts.ts';
import type { Modal, ModalInput } from '../../src/discord/modal.ts';
import { FakeClock } from '../support/fake-clock.ts';

const FORM: Modal<ModalInput> = {
  custom_id: 'x:y',
  title: 'Form',
  inputs: {
    name: { label: 'Name', value: 'old' },
    picture: { kind: 'file', label: 'Picture' },
    place: {
      kind: 'select',
      label: 'Place',
      options: [
        { label: 'A', value: 'a', isChosen: true },
        { label: 'B', value: 'b' },
      ],
    },
  },
};
const person: Person = { id: '1', name: 'Alice', isModerator: false, isAdmin: false };

function keepOne() {
  const clock = new FakeClock(0);
  const bot = { clock } as unknown as Bot;
  const drafts = createFormDrafts();
  const id = drafts.keep(FORM, { bot, person, fields: { name: 'new' }, choices: { place: ['b'] } });
  return { bot, clock, drafts, id };
}

test('a form opens again as it was submitted', () => {
  const { bot, drafts, id } = keepOne();
  expect(drafts.open(id, { bot, person }).inputs).toEqual({
    name: { label: 'Name', value: 'new' },
    picture: { kind: 'file', label: 'Picture' },
    place: {
      kind: 'select',
      label: 'Place',
      options: [
        { label: 'A', value: 'a', isChosen: false },
        { label: 'B', value: 'b', isChosen: true },
      ],
    },
  });
});

test('for 15 minutes, and for whoever typed it', async () => {
  const { bot, clock, drafts, id } = keepOne();
  expect(() => drafts.open(id, { bot, person: { ...person, id: '2' } })).toThrow('what you typed is forgotten');
  await clock.advance(15 * 60_000);
  expect(() => drafts.open(id, { bot, person })).toThrow('what you typed is forgotten');
});
