import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { UserError } from '../../src/core/errors.ts';
import { type CommandContext, defineAction, defineCommand, type View } from '../../src/discord/command.ts';
import type { Here, InteractionHandle } from '../../src/simulator/discord/index.ts';
import { answerOf, changed, toldBy } from '../support/panel.ts';
import { type DispatchScene, forged, startDispatch } from './dispatch-scene.ts';

const FAULT = /^Something went wrong \([0-9a-f]{8}\)\./;

let seen: object[];
/** What is thrown by the next action that reaches its end. */
let failure: Error | undefined;
const failIfAsked = () => {
  if (failure) throw failure;
};

const button = (label: string, id: string) => ({ label, style: 2 as const, custom_id: id });
const MENU = {
  custom_id: 'colour:wall',
  min_values: 1,
  max_values: 2,
  options: [
    { label: 'Red', value: 'red' },
    { label: 'Blue', value: 'blue' },
  ],
};
const VIEW: View = {
  text: 'A panel.',
  rows: [[button('Press', 'press:a:b'), button('Ask', 'ask:x')], MENU, [], [button('Form', 'open:7')]],
};
const facts = ({ person, place, conversationId }: Pick<CommandContext, 'person' | 'place' | 'conversationId'>) => ({
  person,
  place,
  conversationId,
});

const panel = defineCommand({
  name: 'panel',
  description: 'A panel',
  action: defineAction({
    description: 'A panel',
    options: {
      topic: {
        type: 'string',
        description: 'About what',
        async suggest(typed, { bot, place, person }) {
          failIfAsked();
          return [`${typed} of ${bot.name}`, place.channelId, person.name, 'x'.repeat(101)];
        },
      },
      private: { type: 'boolean', description: 'For you alone' },
    },
    isPrivate: ({ private: isPrivate }) => isPrivate ?? false,
    async execute(context) {
      seen.push(facts(context));
      failIfAsked();
      if (context.args.topic === 'nothing') return context.showPrivately('Nothing changed.');
      await context.show(VIEW, [button('More', 'press:more')]);
    },
  }),
  buttons: {
    press: {
      answers: 'update',
      async execute({ id, show }) {
        failIfAsked();
        await show({ text: `Pressed ${id}.`, rows: [[button('Again', 'press:again')]] });
      },
    },
    ask: {
      answers: 'private',
      async execute(context) {
        seen.push(facts(context));
        failIfAsked();
        await context.show('Between us.');
      },
    },
    open: {
      answers: 'modal',
      async execute({ id, showModal }) {
        if (id === 'nothing') return;
        failIfAsked();
        await showModal({
          custom_id: `save:${id}`,
          title: 'A form',
          inputs: {
            name: { label: 'Name', description: 'Who', value: 'Ann', maxLength: 5, isRequired: true },
            text: { label: 'Text', placeholder: 'Anything', isLong: true },
          },
        });
        if (id === 'late') throw new Error('too late');
      },
    },
  },
  selects: {
    colour: {
      answers: 'update',
      async execute({ id, values, show }) {
        failIfAsked();
        await show(`${id}: ${values.join(' and ')}`);
      },
    },
  },
  modals: {
    save: {
      answers: 'update',
      async execute(context) {
        seen.push({ ...facts(context), id: context.id, fields: context.fields });
        failIfAsked();
        await context.show('Saved.');
      },
    },
    tell: { answers: 'private', execute: async ({ show }) => show('Told.') },
  },
});

const formal = defineCommand({
  name: 'formal',
  description: 'Says that it is not offered elsewhere',
  isGuildOnly: true,
  isForAdmins: true,
  action: defineAction({ description: 'x', options: {}, isPrivate: true, execute: async ({ show }) => show('Yes.') }),
});

let scene: DispatchScene;
let here: Here;

beforeAll(async () => {
  scene = await startDispatch([panel, formal], { name: 'Dramatis' });
});
afterAll(() => scene.close());
beforeEach(() => {
  seen = [];
  failure = undefined;
  here = scene.mia.in(scene.guild.createTextChannel({ name: 'room' }));
});
afterEach(() => {
  scene.log.length = 0;
  scene.discord.faults.clear();
  scene.discord.clearLog();
});

async function openPanel() {
  return answerOf(await here.slash('panel'));
}

describe('a command', () => {
  test('knows who used it, where, and what they may do', async () => {
    await openPanel();
    expect(seen).toEqual([
      {
        person: { id: scene.mia.id, name: 'Mia', isModerator: false, isAdmin: true },
        place: { channelId: here.channelId, guildId: scene.guild.id },
        conversationId: here.channelId,
      },
    ]);
  });

  test('in a thread knows the channel that it belongs to', async () => {
    const thread = await here.startThread({ name: 'aside' });
    await answerOf(await scene.alice.in(thread).slash('panel'));
    expect(seen).toMatchObject([
      {
        person: { name: 'Alice', isAdmin: false },
        place: { channelId: thread.id, parentId: here.channelId, guildId: scene.guild.id },
      },
    ]);
  });

  test('in a direct message belongs to no server, where nobody is an admin', async () => {
    const direct = scene.mia.in(await scene.mia.openDm());
    await answerOf(await direct.slash('panel'));
    expect(seen).toEqual([
      {
        person: { id: scene.mia.id, name: 'Mia', isModerator: true, isAdmin: false },
        place: { channelId: direct.channelId },
        conversationId: direct.channelId,
      },
    ]);
  });

  test('shows buttons and menus below its text, and buttons given apart below these', async () => {
    const { content, components } = await openPanel();
    expect(content).toBe('A panel.');
    expect(components).toMatchObject([
      {
        type: 1,
        components: [
          { type: 2, custom_id: 'press:a:b' },
          { type: 2, custom_id: 'ask:x' },
        ],
      },
      { type: 1, components: [{ type: 3, custom_id: 'colour:wall' }] },
      { type: 1, components: [{ type: 2, custom_id: 'open:7' }] },
      { type: 1, components: [{ type: 2, custom_id: 'press:more' }] },
    ]);
  });

  describe('whose answer is for all', () => {
    const privately = (content: string) => ({ ephemeral: true, content, components: [] });
    const seenByAll = () => scene.alice.in({ id: here.channelId }).messages();
    const standing = (interaction: InteractionHandle, count: number) =>
      interaction.waitFor((messages) => messages.length === count && !messages[0]?.loading && messages);

    test.each([
      ['refuses', {}, new UserError('input', 'Not today.'), 'Not today.'],
      ['has nothing to tell them', { topic: 'nothing' }, undefined, 'Nothing changed.'],
    ])('%s to the person alone', async (_, options, thrown, said) => {
      failure = thrown;
      const interaction = await here.slash('panel', options);
      const answer = await interaction.waitFor(([first, second]) => !second && first?.ephemeral && first);
      expect([answer, seenByAll()]).toMatchObject([privately(said), []]);
    });

    test('tells them of a fault, which is theirs too', async () => {
      failure = new Error('broken');
      await here.slash('panel');
      const { content } = await scene.alice.in({ id: here.channelId }).waitFor(([first]) => !first?.loading && first);
      expect(content).toMatch(FAULT);
    });

    test('shows a refusal to all if Discord does not take it in private', async () => {
      failure = new UserError('input', 'Not today.');
      const path = /^\/webhooks\/\d+\/[^/]+$/;
      scene.discord.faults.add({ method: 'POST', path, effect: { status: 400, body: { code: 0, message: 'no' } } });
      const [shown] = await standing(await here.slash('panel'), 1);
      expect(shown).toMatchObject({ ephemeral: false, content: 'Not today.' });
    });

    test('answers in a direct message as ever', async () => {
      failure = new UserError('input', 'Not today.');
      const direct = scene.mia.in(await scene.mia.openDm());
      const [shown] = await standing(await direct.slash('panel'), 1);
      expect(shown).toMatchObject({ ephemeral: false, content: 'Not today.' });
    });
  });

  test('for admins of a server is offered to nobody else and nowhere else', async () => {
    const members = scene.alice.in(scene.guild.createTextChannel({ name: 'room' }));
    expect(members.commands().map(({ name }) => name)).toEqual(['panel']);
    const direct = scene.mia.in(await scene.mia.openDm());
    expect(direct.commands().map(({ name }) => name)).toEqual(['panel']);
    expect((await answerOf(await here.slash('formal'))).content).toBe('Yes.');
  });
});

describe('suggestions', () => {
  test('may take their time, know who asks and where, and leave out what Discord would refuse', async () => {
    const offered = await here.autocomplete('panel', 'topic', 'Tales');
    expect(offered.map(({ value }) => value)).toEqual(['Tales of Dramatis', here.channelId, 'Mia']);
  });

  test('that fail are none; a fault is logged', async () => {
    failure = new UserError('unavailable', 'No key.');
    expect(await here.autocomplete('panel', 'topic', 'T')).toEqual([]);
    expect(scene.log).toEqual([]);
    failure = new Error('broken');
    expect(await here.autocomplete('panel', 'topic', 'T')).toEqual([]);
    expect(scene.log).toEqual([{ level: 'warn', facts: { err: failure }, message: 'nothing could be suggested' }]);
  });
});

describe('a button', () => {
  test('that updates takes the place of its message', async () => {
    const message = await openPanel();
    const pressed = await here.click(message, 'Press');
    expect(await changed(here, message)).toMatchObject({
      content: 'Pressed a:b.',
      components: [{ components: [{ label: 'Again' }] }],
    });
    expect((await pressed.acknowledged).type).toBe(6);
    expect(here.messages().length).toBe(1);
  });

  test('that answers privately leaves its message alone', async () => {
    const message = await openPanel();
    expect(await toldBy(await here.click(message, 'Ask'))).toBe('Between us.');
    expect(here.messages().find(({ id }) => id === message.id)).toEqual(message);
  });

  test('below a private message belongs to the private conversation', async () => {
    const message = await answerOf(await here.slash('panel', { private: true }));
    await toldBy(await here.click(message, 'Ask'));
    expect(seen[1]).toMatchObject({ conversationId: `private:${scene.mia.id}` });
  });

  test.each(['Press', 'Ask'])('that fails says so beside its message, which stays: %s', async (label) => {
    const message = await openPanel();
    failure = new UserError('input', 'Not today.');
    expect(await toldBy(await here.click(message, label))).toBe('Not today.');
    expect(here.messages().find(({ id }) => id === message.id)).toEqual(message);
  });
});

describe('a menu', () => {
  test('gives what was chosen, and takes the place of its message', async () => {
    const message = await openPanel();
    await here.select(message, 'colour:wall', ['blue', 'red']);
    expect(await changed(here, message)).toMatchObject({ content: 'wall: blue and red', components: [] });
  });

  test('that fails says so beside its message', async () => {
    const message = await openPanel();
    failure = new UserError('input', 'Not that colour.');
    expect(await toldBy(await here.select(message, 'colour:wall', 'red'))).toBe('Not that colour.');
    expect(here.messages().find(({ id }) => id === message.id)).toEqual(message);
  });
});

describe('a button that opens a form', () => {
  test('opens it as its first answer, with labels, limits and what stands in it', async () => {
    const opened = await here.click(await openPanel(), 'Form');
    expect((await opened.acknowledged).type).toBe(9);
    expect(opened.modal).toMatchObject({
      customId: 'save:7',
      title: 'A form',
      components: [
        {
          type: 18,
          label: 'Name',
          description: 'Who',
          component: { type: 4, custom_id: 'name', style: 1, value: 'Ann', max_length: 5, required: true },
        },
        {
          type: 18,
          label: 'Text',
          component: { type: 4, custom_id: 'text', style: 2, placeholder: 'Anything', required: false },
        },
      ],
    });
  });

  test.each([
    ['in words for people', new UserError('permission', 'Not for you.'), 'Not for you.'],
    ['as a fault', new Error('broken'), FAULT],
  ])('and fails before says so privately, %s', async (_, thrown, said) => {
    const message = await openPanel();
    failure = thrown;
    const pressed = await here.click(message, 'Form');
    expect(await answerOf(pressed)).toMatchObject({ ephemeral: true, content: expect.stringMatching(said) });
    expect(here.messages().find(({ id }) => id === message.id)).toEqual(message);
  });

  test.each([
    ['opens none', 'open:nothing', 4, 'the button open:nothing opened no modal'],
    ['fails after', 'open:late', 9, 'too late'],
  ])('but %s is a fault, which the person is told', async (_, customId, callback, reason) => {
    const message = await forged(scene, here, { type: 2, style: 2, label: 'Old', custom_id: customId });
    const pressed = await here.click(message, 'Old');
    expect((await pressed.acknowledged).type).toBe(callback);
    expect(await answerOf(pressed)).toMatchObject({ ephemeral: true, content: expect.stringMatching(FAULT) });
    expect(scene.log).toMatchObject([{ level: 'error', facts: { err: { message: reason } }, message: 'fault' }]);
  });
});

describe('a submitted form', () => {
  test('changes the message whose button opened it, and gives what was typed', async () => {
    const message = await openPanel();
    const opened = await here.click(message, 'Form');
    const submitted = await here.submitModal(opened, { name: 'Bob' });
    expect(await changed(here, message)).toMatchObject({ content: 'Saved.', components: [] });
    expect((await submitted.acknowledged).type).toBe(6);
    expect(seen[1]).toEqual({ ...seen[0], id: '7', fields: { name: 'Bob', text: '' } });
  });

  test('that fails says so beside the message, which stays as it is', async () => {
    const message = await openPanel();
    const opened = await here.click(message, 'Form');
    await opened.acknowledged;
    failure = new UserError('input', 'No such name.');
    expect(await toldBy(await here.submitModal(opened, { name: 'Bob', text: 'x' }))).toBe('No such name.');
    expect(here.messages().find(({ id }) => id === message.id)).toEqual(message);
  });
});

test.each([
  ['button', { type: 2, style: 2, label: 'Old', custom_id: 'gone:1' }],
  ['button', { type: 2, style: 2, label: 'Old', custom_id: 'colour:wall' }],
  ['button', { type: 2, style: 2, label: 'Old', custom_id: 'constructor:1' }],
  ['menu', { ...MENU, type: 3, custom_id: 'press:1' }],
])('a %s of another version says so: %j', async (kind, component) => {
  const message = await forged(scene, here, component);
  const used = kind === 'menu' ? here.select(message, 'press:1', 'red') : here.click(message, 'Old');
  expect(await toldBy(await used)).toBe(`This ${kind} is from an older version of the bot and does nothing now.`);
  expect(seen).toEqual([]);
});
