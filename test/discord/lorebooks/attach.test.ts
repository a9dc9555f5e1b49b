import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LorebookRef } from '../../../src/core/refs.ts';
import { writeShortRef } from '../../../src/discord/personas/short-ref.ts';
import { answerOf, toldBy } from '../../support/panel.ts';
import { forged } from '../dispatch-scene.ts';
import { type LorebookScene, startLorebooks, use } from './scene.ts';

let scene: LorebookScene;
beforeAll(async () => {
  scene = await startLorebooks();
});
afterAll(() => scene.close());

const ATTACHED = /^\*\*\w+\*\* attached the lorebook \*\*\w+\*\* \(1 entry\) to this/;

/** A member of the server, who may do no more than others. */
function newMember(name: string, roles: Parameters<LorebookScene['guild']['join']>[1] = {}) {
  const person = scene.discord.createPerson({ name });
  scene.guild.join(person, roles);
  return person;
}

describe('those who attach lorebooks are', () => {
  test('those with the role for personas', async () => {
    await scene.add('Roles');
    const role = scene.guild.createRole({ name: 'Writers', permissions: 0n });
    await scene.settings.update({ guildId: scene.guild.id }, (current) => ({ ...current, personaRole: role.id }));
    const here = newMember('Willa', { roles: [role] }).in(scene.newRoom());
    expect((await use(here, 'attach', { lorebook: 'Roles' })).content).toMatch(ATTACHED);
    expect((await use(here, 'delete', { lorebook: 'Roles' })).content).toContain('**Deleted**');
  });

  test('who started the roleplay that is played there, and nobody else who plays', async () => {
    await scene.add('Stage');
    const room = scene.newRoom();
    const [starter, other] = [newMember('Sam'), newMember('Olga')];
    await scene.scenes.update(room.id, () => ({
      isRoleplay: true,
      personas: [],
      speaking: 'natural',
      startedBy: { id: starter.id, name: 'Sam' },
      at: 0,
    }));
    expect(await toldBy(await other.in(room).slash('lorebook attach', { lorebook: 'Stage' }))).toContain(
      'In a roleplay, who started it can do it too.',
    );
    expect((await use(starter.in(room), 'attach', { lorebook: 'Stage' })).content).toMatch(ATTACHED);
    expect(await scene.attachedTo({ channelId: room.id })).toEqual(['Stage']);
    expect(await toldBy(await starter.in(scene.newRoom()).slash('lorebook attach', { lorebook: 'Stage' }))).toContain(
      'needs the permission Manage Messages',
    );
  });
});

describe('of 50 attached lorebooks', () => {
  test('the next is refused, unless one of them is deleted', async () => {
    const room = scene.newRoom();
    const here = scene.ida.in(room);
    const refs: LorebookRef[] = [];
    for (let number = 1; number <= 50; number += 1) refs.push(await scene.add(`Full${number}`, `user:${scene.ida.id}`));
    await scene.add('One_more');
    await scene.settings.update({ channelId: room.id }, (current) => ({ ...current, lorebooks: refs }));
    expect(await toldBy(await here.slash('lorebook attach', { lorebook: 'One_more' }))).toBe(
      '50 lorebooks are attached there already. Detach one with `/lorebook detach`, then try again.',
    );
    await scene.lorebooks.remove(refs[7] as LorebookRef);
    expect((await use(here, 'list')).content).toContain('**What holds here**');
    await use(here, 'attach', { lorebook: 'One_more' });
    const names = await scene.attachedTo({ channelId: room.id });
    expect([names.length, names.includes('deleted'), names.at(-1)]).toEqual([50, false, 'One_more']);
  });
});

describe('a button that a changed client made up', () => {
  const press = async (customId: string) => {
    const here = scene.mia.in(scene.newRoom());
    const message = await forged(scene, here, { type: 2, style: 2, label: 'Press', custom_id: customId });
    return { here, told: toldBy(await here.click(message, 'Press')) };
  };

  test('attaches no lorebook of somebody else', async () => {
    const ref = await scene.add('Secret', `user:${scene.alice.id}`);
    const { here, told } = await press(`lorebook-undo:d.h.${writeShortRef(ref)}`);
    expect(await told).toBe('This lorebook belongs to another member, who alone can attach it again.');
    expect(await scene.attachedTo({ channelId: here.channelId })).toEqual([]);
    expect(await (await press(`lorebook-here:${writeShortRef(ref)}`)).told).toContain('does not belong here');
    expect(await (await press(`lorebook-restore:${writeShortRef(ref)}`)).told).toContain(
      'Changing this server’s lorebooks',
    );
    expect(await (await press(`lorebook-back:${writeShortRef(ref)}.abcdefghijkl`)).told).toContain(
      'Changing this server’s',
    );
    expect(await (await press(`lorebook-import:${writeShortRef(ref)}`)).told).toContain('too long ago');
  });

  test.each([
    'lorebook-undo:x',
    'lorebook-undo:a.h.bkeeper',
    'lorebook-here:g1',
    'lorebook-back:x',
    'lorebook-restore:b',
  ])('%s does nothing', async (customId) => {
    expect(await (await press(customId)).told).toBe(
      'This lorebook was deleted, or does not belong here. `/lorebook list` shows those that do.',
    );
  });
});

describe('detaching', () => {
  test('names what is attached when the name is another one', async () => {
    const here = scene.ida.in(scene.newRoom());
    expect(await toldBy(await here.slash('lorebook detach', { lorebook: 'Any' }))).toBe(
      'No lorebook is attached here. `/lorebook attach` attaches one.',
    );
    await scene.add('Attached');
    await scene.add('Loose');
    await use(here, 'attach', { lorebook: 'Attached' });
    const told = async (lorebook: string) => toldBy(await here.slash('lorebook detach', { lorebook }));
    expect(await told('Loose')).toBe('**Loose** is not attached here. Attached are: “Attached”.');
    expect(await told('[evil](https://x.y)')).toBe(
      'No lorebook “\\[evil\\](https:\\//x.y)” is attached here. Attached are: “Attached”.',
    );
  });

  test('is undone only while it stands', async () => {
    await scene.add('Twice_undone');
    const here = scene.ida.in(scene.newRoom());
    await use(here, 'attach', { lorebook: 'Twice_undone' });
    const line = await answerOf(await here.slash('lorebook detach', { lorebook: 'Twice_undone' }));
    await use(here, 'attach', { lorebook: 'Twice_undone' });
    expect(await toldBy(await here.click(line, 'Undo'))).toBe(
      'This was changed again since then, so there is nothing to undo.',
    );
  });
});
