import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Here, Permission, type ShownMessage } from '../../../src/simulator/discord/index.ts';
import { answerOf, changed, press, rowsOf, toldBy } from '../../support/panel.ts';
import { forged } from '../dispatch-scene.ts';
import { cardFile, embedText, type PersonaScene, startPersonas, use } from './scene.ts';

let scene: PersonaScene;
beforeAll(async () => {
  scene = await startPersonas();
  await use(scene.mia.in(scene.newRoom()), 'import', {}, cardFile());
  await use(scene.mia.in(scene.newRoom()), 'import', {}, cardFile({ name: 'Velvet', tags: ['nsfw'] }));
});
afterAll(() => scene.close());

const settingOf = async (here: Here) => (await scene.settings.read({ channelId: here.channelId })).persona?.ref;
const inServer = async () => (await scene.settings.read({ guildId: scene.guild.id })).persona?.ref;
const publicLines = (here: Here): string[] =>
  here
    .messages()
    .filter(({ ephemeral }) => !ephemeral)
    .map(({ content }) => content);

/** What only this person is told; nothing of it stays for others. */
async function refused(here: Here, sub: string, options = {}): Promise<string> {
  const said = await toldBy(await here.slash(`persona ${sub}`, options));
  await here.waitFor(() => publicLines(here).length === 0);
  return said;
}

describe('/persona use and off', () => {
  test('a member chooses, the channel sees it, and an Undo puts back who spoke before', async () => {
    const here = scene.alice.in(scene.newRoom());
    const line = await use(here, 'use', { persona: 'aria' });
    expect(line.ephemeral).toBe(false);
    expect(line.content).toBe(
      '**Alice** chose **Aria** for this channel: it speaks from now on. Talk to it with `/ask`, or mention me.\nBefore: the assistant.',
    );
    expect(rowsOf(line)).toEqual(['Undo']);

    scene.botClock.set(scene.botClock.now() + 1_000);
    const second = await use(here, 'use', { persona: 'Quill' });
    expect(second.content).toContain('Before: **Aria**.');
    expect((await press(here, second, 'Undo')).content).toBe('**Alice** undid this: in this channel speaks **Aria**.');
    expect(await settingOf(here)).toContain(`guild:${scene.guild.id}:`);
  });

  test('off gives the place back to the assistant, also from the server’s default', async () => {
    const here = scene.alice.in(scene.newRoom());
    expect(await refused(here, 'off')).toBe(
      'Nothing changed: no persona speaks in this channel. `/persona use` chooses one.',
    );
    await use(here, 'use', { persona: 'Aria' });
    scene.botClock.set(scene.botClock.now() + 1_000);
    const off = await use(here, 'off');
    expect(off.content).toBe(
      '**Alice** sent the persona of this channel away: the assistant replies from now on.\nBefore: **Aria**.',
    );
    expect(await settingOf(here)).toBe(null);
    await press(here, off, 'Undo');
    expect(await settingOf(here)).toContain('guild:');
  });

  test('the same choice again changes nothing, and only the person is told', async () => {
    const here = scene.alice.in(scene.newRoom());
    const line = await use(here, 'use', { persona: 'Aria' });
    const told = await toldBy(await here.slash('persona use', { persona: 'Aria' }));
    expect(told).toBe('Nothing changed: **Aria** speaks in this channel already.');
    await here.waitFor(() => publicLines(here).length === 1);
    expect(publicLines(here)).toEqual([line.content]);
  });

  test('another member cannot undo a choice, and nobody one that was changed since', async () => {
    const room = scene.newRoom();
    const [alice, bea] = [scene.alice.in(room), scene.discord.createPerson({ name: 'Bea' })];
    scene.guild.join(bea);
    const line = await use(alice, 'use', { persona: 'Aria' });
    expect(await toldBy(await bea.in(room).click(line, 'Undo'))).toBe(
      'Only the person who made this choice, or a moderator, can undo it.',
    );
    scene.botClock.set(scene.botClock.now() + 1_000);
    await use(alice, 'use', { persona: 'Quill' });
    expect(await toldBy(await alice.click(line, 'Undo'))).toBe(
      'Who speaks was changed again since then, so there is nothing to undo.',
    );
  });

  test('a persona for adults speaks in age-restricted channels only', async () => {
    const room = scene.newRoom();
    const here = scene.alice.in(room);
    expect(await refused(here, 'use', { persona: 'Velvet' })).toContain('speaks only in age-restricted channels');
    room.setAgeRestricted(true);
    expect((await use(here, 'use', { persona: 'Velvet' })).content).toContain('chose **Velvet**');
  });

  test('without Manage Webhooks the line says under whose name it speaks, and where to grant it', async () => {
    scene.guild.setBotPermissions(Permission.ViewChannel | Permission.SendMessages);
    const line = await use(scene.alice.in(scene.newRoom()), 'use', { persona: 'Aria' });
    scene.guild.setBotPermissions(Permission.Administrator);
    expect(line.content).toContain(
      '-# I lack the permission Manage Webhooks here, so it speaks under my name and picture.',
    );
  });

  test('a roleplay that is going on keeps its own personas', async () => {
    const here = scene.alice.in(scene.newRoom());
    await scene.scenes.update(here.channelId, () => ({
      isRoleplay: true,
      personas: ['built-in:assistant'],
      speaking: 'natural',
      at: 1,
    }));
    expect(await refused(here, 'use', { persona: 'Aria' })).toContain('A roleplay is going on in this channel');
  });

  test('a name that nothing has is answered with the nearest ones', async () => {
    const here = scene.alice.in(scene.newRoom());
    expect(await refused(here, 'use', { persona: 'Arla' })).toContain(
      'There is no persona “Arla” here. Nearest: “Aria”',
    );
  });

  test('an Undo that names a persona of another server does nothing', async () => {
    const here = scene.alice.in(scene.newRoom());
    const { ref } = await scene.personas.save('guild:999', {
      card: { format: 'v3', raw: { spec: 'chara_card_v3', spec_version: '3.0', data: { name: 'Foreign' } } },
      isAdult: false,
      by: { id: '1', name: 'x' },
      summary: { name: 'Foreign', tags: [], about: '', hasLorebook: false, greetings: 0 },
      expressions: {},
      otherAssets: {},
    });
    await use(here, 'use', { persona: 'Quill' });
    const at = scene.botClock.now().toString(36);
    const short = `g${(999).toString(36)}.${ref.split(':')[2] ?? ''}`;
    const message = await forged(scene, here, {
      type: 2,
      style: 2,
      label: 'Undo',
      custom_id: `persona-use-undo:h.${at}.${short}`,
    });
    expect(await toldBy(await here.click(message, 'Undo'))).toContain('belongs to somebody else');
    for (const action of ['show', 'use', 'edit', 'delete', 'export:default', 'greetings']) {
      const [name = '', format] = action.split(':');
      const id = `persona-${name}:${format === undefined ? '' : `${format}:`}${short}`;
      const button = await forged(scene, here, { type: 2, style: 2, label: name, custom_id: id });
      expect(await toldBy(await here.click(button, name))).toBe(
        'This persona was deleted, or does not belong here. `/persona list` shows those that do.',
      );
    }
    expect(await settingOf(here)).toBe('built-in:assistant');
  });
});

describe('the server’s default', () => {
  async function panelOf(here: Here, persona: string): Promise<ShownMessage> {
    return use(here, 'show', { persona });
  }

  test('admins set it from a persona’s panel, and take it away again; the channel sees it', async () => {
    const here = scene.mia.in(scene.newRoom());
    const panel = await panelOf(here, 'Aria');
    expect(rowsOf(panel)).toEqual(['Use here | Greetings | Export | Edit | Delete', 'Server default']);

    const set = await press(here, panel, 'Server default');
    expect(rowsOf(set)[1]).toBe('Server default: take away');
    const line = await here.waitFor(() => publicLines(here)[0]);
    expect(line).toBe('**Mia** made **Aria** the server’s default: it speaks wherever nobody chose another persona.');
    expect(await inServer()).toContain('guild:');

    await press(here, set, 'Server default: take away');
    const removed = await here.waitFor((messages) => messages.find(({ content }) => content.includes('removed')));
    expect(await inServer()).toBeUndefined();
    expect((await press(here, removed, 'Undo')).content).toBe(
      '**Mia** undid this: the server’s default is **Aria** again.',
    );
    expect(embedText(await panelOf(scene.alice.in(scene.newRoom()), 'Aria'))).toContain('**Speaks here**');
    await scene.settings.update({ guildId: scene.guild.id }, ({ persona: _persona, ...rest }) => rest);
  });

  test('an admin who chooses for a channel is offered it below the line', async () => {
    const room = scene.newRoom();
    const here = scene.mia.in(room);
    const line = await use(here, 'use', { persona: 'Aria' });
    expect(rowsOf(line)).toEqual(['Undo | Server default']);
    expect(await toldBy(await scene.alice.in(room).click(line, 'Server default'))).toBe(
      'Choosing the server’s default persona needs the permission Manage Server.',
    );
    await here.click(line, 'Server default');
    await here.waitFor((messages) => messages.find(({ content }) => content.includes('the server’s default')));
    expect(await inServer()).toContain('guild:');

    const off = await use(scene.alice.in(scene.newRoom()), 'off');
    expect(off.content).toContain('Before: **Aria**.');
    await scene.settings.update({ guildId: scene.guild.id }, ({ persona: _persona, ...rest }) => rest);
  });

  test('is never a persona for adults: one that is marked so afterwards is taken away', async () => {
    const room = scene.newRoom();
    room.setAgeRestricted(true);
    const here = scene.mia.in(room);
    const velvet = await panelOf(here, 'Velvet');
    expect(rowsOf(velvet)[1]).toBe('[Server default]');

    const aria = await press(here, await panelOf(here, 'Aria'), 'Server default');
    const editor = await press(here, aria, 'Edit');
    const menu = editor.components[1] as { components: { custom_id: string }[] };
    await here.select(editor, menu.components[0]?.custom_id ?? '', 'yes');
    const marked = await changed(here, editor);
    expect(marked.content).toContain(
      'It was the server’s default, which such a persona cannot be: that was taken away.',
    );
    expect(await inServer()).toBeUndefined();
  });

  test('a personal persona is not offered as one', async () => {
    const here = scene.mia.in(scene.newRoom());
    const direct = scene.mia.in(await scene.mia.openDm());
    await answerOf(await direct.slash('persona import', {}, cardFile({ name: 'Mine' })));
    expect(rowsOf(await panelOf(here, 'Mine'))[1]).toBe('[Server default]');
  });
});
