import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Here, Permission, type ShownMessage } from '../../../src/simulator/discord/index.ts';
import { changed, openPanel, press, toldBy } from '../../support/panel.ts';
import { forged } from '../dispatch-scene.ts';
import { type PanelScene, startPanel } from './scene.ts';

const ROLE = 'settings-roles:personas:role';
const REPORTS = 'settings-channels:personas:reports';
const NO_ADDRESS =
  'Portraits that change need a public address for pictures, which this bot has not: whoever runs it can set `PUBLIC_URL` (`.env.example` says how).';

let scene: PanelScene;
beforeAll(async () => {
  scene = await startPanel();
});
afterAll(async () => {
  await scene.close();
  expect(scene.log).toEqual([]);
});
afterEach(() => scene.stored.update({ guildId: scene.guild.id }, () => ({})));

const newHere = () => scene.mia.in(scene.newRoom());

/** Chooses from a menu of the panel; gives the panel as it is afterwards. */
async function choose(here: Here, panel: ShownMessage, [menu, values]: [string, string[]]): Promise<ShownMessage> {
  const before = here.messages().find(({ id }) => id === panel.id) ?? panel;
  await here.select(panel, menu, values);
  return changed(here, before);
}

type Component = { label?: string; disabled?: boolean; default_values?: { id: string }[] };
const componentsOf = ({ components }: ShownMessage) => components.map(({ components: row }) => row as Component[]);
const buttonsIn = (row: Component[] | undefined) =>
  row?.map(({ label, disabled }) => (disabled ? `[${label}]` : label));
const chosenIn = (row: Component[] | undefined) =>
  row?.flatMap(({ default_values: ids = [] }) => ids.map(({ id }) => id));

test('shows what holds while nothing is set', async () => {
  const panel = await openPanel(newHere(), 'Personas');
  expect(panel.content).toBe(
    [
      '**Personas** · who makes them, and what shows with their replies',
      '- Create and edit: **who may manage the server**',
      '- Reports: **nowhere**. Members cannot report replies until you choose a channel',
      '- Emotions, of personas that have pictures for them: **off**',
      '- Buttons below replies: for **who asked, and moderators**',
      NO_ADDRESS,
    ].join('\n'),
  );
  const [role, channel, buttons, navigation] = componentsOf(panel);
  expect([chosenIn(role), chosenIn(channel)]).toEqual([[], []]);
  expect(buttonsIn(buttons)).toEqual([
    '[Emotions: off]',
    'Below the text',
    '[As the portrait]',
    'Buttons: everyone',
    '[Reset]',
  ]);
  expect(buttonsIn(navigation)).toEqual(['Model', 'Answers', '[Personas]', 'Limits', 'API key']);
});

describe('the role that makes personas', () => {
  test('is chosen, shown, taken away and brought back', async () => {
    const here = newHere();
    const writers = scene.guild.createRole({ name: 'Writers', permissions: 0n });
    const set = await choose(here, await openPanel(here, 'Personas'), [ROLE, [writers.id]]);
    expect(set.content).toMatch(`**Saved.** <@&${writers.id}> can create and edit the server’s personas now.\n\n`);
    expect(set.content).toContain(`- Create and edit: **who may manage the server**, and <@&${writers.id}>\n`);
    expect(set.mentions.roleIds).toEqual([]);
    expect(await scene.inServer()).toEqual({ personaRole: writers.id });
    expect(chosenIn(componentsOf(set)[1])).toEqual([writers.id]);

    const unset = await choose(here, set, [ROLE, []]);
    expect(unset.content).toMatch('**Saved.** Only those who may manage the server create and edit its personas.\n');
    expect(await scene.inServer()).toEqual({});
    expect((await press(here, unset, 'Undo')).content).toMatch(/^\*\*Undone\.\*\*\n/);
    expect(await scene.inServer()).toEqual({ personaRole: writers.id });
  });

  test('may be everyone', async () => {
    const here = newHere();
    const set = await choose(here, await openPanel(here, 'Personas'), [ROLE, [scene.guild.everyoneRoleId]]);
    expect(set.content).toContain('- Create and edit: **who may manage the server**, and **everyone**\n');
  });
});

describe('the channel for reports', () => {
  test('is told that it is one, and stands in the overview', async () => {
    const here = newHere();
    const staff = scene.newRoom();
    const set = await choose(here, await openPanel(here, 'Personas'), [REPORTS, [staff.id]]);
    expect(set.content).toMatch(`**Saved.** What members report goes to <#${staff.id}> now.\n`);
    expect(set.content).toContain(`- Reports: <#${staff.id}>\n`);
    expect(
      scene.mia
        .in(staff)
        .messages()
        .map(({ content }) => content),
    ).toEqual(['**Mia** chose this channel for what members report with `/report`.']);
    expect((await openPanel(here)).content).toContain(`- Personas: emotions off, reports go to <#${staff.id}>\n`);
    const again = await choose(here, set, [REPORTS, [staff.id]]);
    expect(again.content).toMatch(/^Nothing was changed\.\n/);
    expect(scene.mia.in(staff).messages()).toHaveLength(1);
    await choose(here, again, [REPORTS, []]);
    expect(await scene.inServer()).toEqual({});
  });

  test.each([
    ['may not write', Permission.SendMessages],
    ['may not embed', Permission.EmbedLinks],
    ['sees nothing', Permission.ViewChannel],
  ])('must be one in which the bot can write, not one where it %s', async (_, deny) => {
    const here = newHere();
    const panel = await openPanel(here, 'Personas');
    const closed = scene.newRoom();
    closed.setOverwrites([{ id: scene.guild.botRoleId, type: 0, deny }]);
    expect(await toldBy(await here.select(panel, REPORTS, [closed.id]))).toMatch(
      /^I may not write in that channel\. .* Nothing was changed\.$/,
    );
    expect(await scene.inServer()).toEqual({});
  });
});

describe('emotions and buttons', () => {
  test('are switched, and each press can be undone', async () => {
    const here = newHere();
    const below = await press(here, await openPanel(here, 'Personas'), 'Below the text');
    expect(below.content).toMatch('**Saved.** Emotions: a small picture below the text.\n');
    const everyone = await press(here, below, 'Buttons: everyone');
    expect(everyone.content).toMatch('**Saved.** Everyone can use the buttons below replies now.\n');
    expect(everyone.content).toContain('- Buttons below replies: for **everyone**\n');
    expect(await scene.inServer()).toEqual({ expressions: 'thumbnail', controls: 'everyone' });
    expect(buttonsIn(componentsOf(everyone)[3])).toEqual([
      'Emotions: off',
      '[Below the text]',
      '[As the portrait]',
      'Buttons: who asked',
      'Reset',
    ]);
    await press(here, everyone, 'Undo');
    expect(await scene.inServer()).toEqual({ expressions: 'thumbnail' });
    await press(here, everyone, 'Emotions: off');
    expect(await scene.inServer()).toEqual({});
  });

  test('as portraits need an address for pictures, whatever is pressed', async () => {
    const here = newHere();
    const component = { type: 2, style: 2, label: 'Old', custom_id: 'settings-do:personas:emotions:avatar' };
    expect(await toldBy(await here.click(await forged(scene, here, component), 'Old'))).toBe(NO_ADDRESS);
    expect(await scene.inServer()).toEqual({});
  });

  test('as portraits show below the text once the address is gone', async () => {
    await scene.stored.update({ guildId: scene.guild.id }, () => ({ expressions: 'avatar' }));
    const panel = await openPanel(newHere(), 'Personas');
    expect(panel.content).toContain('have pictures for them: **a small picture below the text**\n');
  });

  test('can be portraits where the operator serves pictures', async () => {
    const served = await startPanel({ hasPublicPictures: true });
    const here = served.mia.in(served.newRoom());
    const panel = await openPanel(here, 'Personas');
    expect(panel.content).not.toContain('PUBLIC_URL');
    expect((await press(here, panel, 'As the portrait')).content).toContain(
      'have pictures for them: **the portrait changes with each reply**\n',
    );
    expect(await served.inServer()).toEqual({ expressions: 'avatar' });
    await served.close();
  });
});

describe('Reset', () => {
  const ALL = { expressions: 'avatar', controls: 'everyone' } as const;

  test('takes all of it away, nothing else, and is undone', async () => {
    const here = newHere();
    const staff = scene.newRoom();
    const { id: personaRole } = scene.guild.createRole({ name: 'Writers', permissions: 0n });
    const set = { ...ALL, personaRole, reportChannel: staff.id };
    await scene.stored.update({ guildId: scene.guild.id }, () => ({ ...set, caps: { personWaiting: 3 } }));
    const reset = await press(here, await openPanel(here, 'Personas'), 'Reset');
    expect(reset.content).toMatch(/^\*\*Reset\.\*\* No role, no channel for reports, no emotions;/);
    expect(await scene.inServer()).toEqual({ caps: { personWaiting: 3 } });
    await press(here, reset, 'Undo');
    expect(await scene.inServer()).toEqual({ ...set, caps: { personWaiting: 3 } });
  });

  test('is not undone over what was set since', async () => {
    const here = newHere();
    await scene.stored.update({ guildId: scene.guild.id }, () => ALL);
    const reset = await press(here, await openPanel(here, 'Personas'), 'Reset');
    await scene.stored.update({ guildId: scene.guild.id }, () => ({ expressions: 'thumbnail' }));
    expect((await press(here, reset, 'Undo')).content).toMatch(
      /^Something was changed since, so nothing was brought back\.\n/,
    );
    expect(await scene.inServer()).toEqual({ expressions: 'thumbnail' });
  });

  test('never brings a channel or role of another server here', async () => {
    const here = newHere();
    const other = scene.discord.createGuild({ name: 'Other' });
    const channel = other.createTextChannel({ name: 'theirs' });
    await scene.stored.update({ guildId: scene.guild.id }, () => ({
      ...ALL,
      reportChannel: channel.id,
      personaRole: other.botRoleId,
    }));
    const reset = await press(here, await openPanel(here, 'Personas'), 'Reset');
    await press(here, reset, 'Undo');
    expect(await scene.inServer()).toEqual(ALL);
  });
});

test.each([
  'settings-do:personas:emotions:toString',
  'settings-do:personas:undo:nonsense',
  'settings-do:personas:undo:abcdef.!...',
])('a custom id that leads nowhere changes nothing: %s', async (customId) => {
  const here = newHere();
  const message = await forged(scene, here, { type: 2, style: 2, label: 'Old', custom_id: customId });
  expect(await toldBy(await here.click(message, 'Old'))).not.toContain('Something went wrong');
  expect(await scene.inServer()).toEqual({});
});

test('who may not manage the server chooses nothing, with the panel still open', async () => {
  const here = scene.ida.in(scene.newRoom());
  const panel = await openPanel(here, 'Personas');
  scene.guild.join(scene.ida, { roles: [] });
  for (const [menu, id] of [
    [ROLE, scene.guild.botRoleId],
    [REPORTS, here.channelId],
  ] as const) {
    expect(await toldBy(await here.select(panel, menu, [id]))).toBe('Settings need the permission Manage Server.');
  }
  expect(await scene.inServer()).toEqual({});
});
