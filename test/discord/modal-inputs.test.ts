import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { defineAction, defineCommand, type ModalInput } from '../../src/discord/command.ts';
import type { ModalContext } from '../../src/discord/modal.ts';
import type { Here, InteractionHandle } from '../../src/simulator/discord/index.ts';
import { answerOf, toldBy } from '../support/panel.ts';
import { type DispatchScene, startDispatch } from './dispatch-scene.ts';

const OPTIONS = [
  { label: 'Calm', value: 'calm', description: 'As ever' },
  { label: 'Bold', value: 'bold', isChosen: true },
];
const FORMS: Record<string, Record<string, ModalInput>> = {
  full: {
    name: { label: 'Name', isRequired: true },
    card: { kind: 'file', label: 'Card', description: 'A PNG', isRequired: true },
    pictures: { kind: 'file', label: 'Pictures', maxFiles: 3 },
    mood: { kind: 'select', label: 'Mood', options: OPTIONS, maxChoices: 2, isRequired: true },
    way: { kind: 'radio', label: 'Way', options: OPTIONS },
  },
  boxes: { traits: { kind: 'checkbox-group', label: 'Traits', options: OPTIONS } },
};

let submitted: Pick<ModalContext, 'fields' | 'files' | 'choices'>[];

const form = defineCommand({
  name: 'form',
  description: 'x',
  action: defineAction({
    description: 'x',
    options: { which: { type: 'string', description: 'x', required: true } },
    isPrivate: true,
    execute: async ({ args, show }) => show('A form', [{ label: 'Open', style: 2, custom_id: `open:${args.which}` }]),
  }),
  buttons: {
    open: {
      answers: 'modal',
      execute: async ({ id, showModal }) =>
        showModal({ custom_id: `sent:${id}`, title: 'Form', inputs: FORMS[id] ?? {} }),
    },
  },
  modals: {
    sent: {
      answers: 'private',
      async execute({ fields, files, choices, show }) {
        submitted.push({ fields, files, choices });
        await show('Thanks.');
      },
    },
  },
});

let scene: DispatchScene;
let here: Here;

beforeAll(async () => {
  scene = await startDispatch([form]);
});
afterAll(() => scene.close());
beforeEach(() => {
  submitted = [];
  here = scene.alice.in(scene.guild.createTextChannel({ name: 'room' }));
});

async function open(which: string): Promise<InteractionHandle> {
  const opened = await here.click(await answerOf(await here.slash('form', { which })), 'Open');
  await opened.acknowledged;
  return opened;
}
const file = (name: string) => ({ name, type: 'image/png', data: 'content' });

describe('a form', () => {
  test('says what it takes, how much, and what must be given', async () => {
    const { modal } = await open('full');
    expect(modal?.components).toMatchObject([
      { label: 'Name', component: { type: 4, required: true } },
      { label: 'Card', description: 'A PNG', component: { type: 19, required: true, min_values: 1, max_values: 1 } },
      { label: 'Pictures', component: { type: 19, required: false, min_values: 0, max_values: 3 } },
      {
        label: 'Mood',
        component: {
          type: 3,
          required: true,
          min_values: 1,
          max_values: 2,
          options: [
            { label: 'Calm', value: 'calm', description: 'As ever' },
            { label: 'Bold', value: 'bold', default: true },
          ],
        },
      },
      { label: 'Way', component: { type: 21, required: false, options: [{ value: 'calm' }, { default: true }] } },
    ]);
  });

  test('gives what was typed, attached and chosen', async () => {
    const opened = await open('full');
    const answers = {
      name: 'Ann',
      card: [file('ann.png')],
      pictures: [file('joy.png'), file('grief.png')],
      mood: ['calm', 'bold'],
      way: 'calm',
    };
    expect(await toldBy(await here.submitModal(opened, answers))).toBe('Thanks.');
    const attached = (name: string) => ({ name, sizeBytes: 7, url: expect.stringContaining(name) });
    expect(submitted).toEqual([
      {
        fields: { name: 'Ann' },
        files: { card: [attached('ann.png')], pictures: [attached('joy.png'), attached('grief.png')] },
        choices: { mood: ['calm', 'bold'], way: ['calm'] },
      },
    ]);
  });

  test('gives nothing for what was left out, and what stood there already', async () => {
    await toldBy(await here.submitModal(await open('full'), { name: 'Ann', card: [file('ann.png')] }));
    expect(submitted).toMatchObject([{ files: { pictures: [] }, choices: { mood: ['bold'], way: ['bold'] } }]);
  });

  test.each([
    [{}, ['bold']],
    [{ traits: [] }, []],
    [{ traits: ['calm', 'bold'] }, ['calm', 'bold']],
  ] as [Record<string, string[]>, string[]][])('has boxes to tick: %j', async (answers, expected) => {
    await toldBy(await here.submitModal(await open('boxes'), answers));
    expect(submitted).toEqual([{ fields: {}, files: {}, choices: { traits: expected } }]);
  });
});
