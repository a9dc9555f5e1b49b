import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Here, ShownMessage } from '../../../src/simulator/discord/index.ts';
import type { Scene } from '../../../src/storage/scenes.ts';
import { changed, press, rowsOf, toldBy } from '../../support/panel.ts';
import { forged } from '../dispatch-scene.ts';
import { NOW, OTTILIE, type ReportScene, startReports, tellOn } from './scene.ts';

const BEZEL = 'built-in:clockwork-detective';
const AGO = `<t:${NOW / 1_000}:R>`;
const SWITCH_OFF = 'Switch the persona off here';
const by = { id: '1', name: 'Ada' };

let scene: ReportScene;
beforeAll(async () => {
  scene = await startReports();
  await scene.takeReports();
});
afterAll(async () => {
  await scene.close();
  expect(scene.log).toEqual([]);
});
beforeEach(() => {
  scene.done.length = 0;
  scene.botClock.set(NOW);
});

/** A reply in a room of its own, and its report. */
async function reported(place: { id: string } = scene.newRoom()) {
  const here = scene.newMember().in(place);
  const { turnId, message } = await scene.replyIn(here);
  await tellOn(here);
  return { here, turnId, message, report: scene.newestReport() };
}

const notesOf = ({ content }: ShownMessage) => content.split('\n').slice(1);
/** What was done to replies, once this is. */
async function doneAfter(what: string): Promise<string[]> {
  while (!scene.done.some((line) => line.startsWith(what))) await new Promise(setImmediate);
  return scene.done;
}
const speaksIn = (channelId: string, ref: string | null = OTTILIE.id) =>
  scene.settings.update({ channelId }, () => ({ persona: { ref: ref as typeof OTTILIE.id | null, by, at: NOW } }));
const plays = (here: Here, personas: Scene['personas']) =>
  scene.scenes.update(here.channelId, () => ({ isRoleplay: true, personas, speaking: 'natural', at: NOW }));

describe('Delete the reply', () => {
  test('takes it off the channel and out of the history, and says who did it', async () => {
    const { here, turnId, report } = await reported();
    const after = await press(scene.modHere, report, 'Delete the reply');
    expect(await doneAfter('take down')).toEqual(['stop', `take down r-${turnId} in ${here.channelId}`]);
    expect((await scene.history.find(here.channelId, turnId))?.reply).toBe(undefined);
    expect(notesOf(after)).toEqual([`-# Reply deleted by **Mod** ${AGO}`]);
    expect(after.embeds).toEqual(report.embeds);
    expect(rowsOf(after)).toEqual([`Undo the deletion | ${SWITCH_OFF} | Done`]);
  });

  test('in a thread is done there', async () => {
    const room = scene.newRoom();
    const thread = await scene.alice.in(room).startThread({ name: 'story' });
    const { turnId, report } = await reported(thread);
    await press(scene.modHere, report, 'Delete the reply');
    expect((await doneAfter('take down')).at(-1)).toBe(`take down r-${turnId} in ${thread.id} of ${room.id}`);
  });

  test('can be undone for ten minutes, and done again', async () => {
    const { here, turnId, report } = await reported();
    const deleted = await press(scene.modHere, report, 'Delete the reply');
    scene.botClock.set(NOW + 10 * 60_000 - 1);
    await doneAfter('take down');
    const restored = await press(scene.modHere, deleted, 'Undo the deletion');
    expect(scene.done.at(-1)).toBe(`redraw r-${turnId}`);
    expect((await scene.history.find(here.channelId, turnId))?.reply?.content).toBe('Rude words.');
    expect(rowsOf(restored)).toEqual([`Delete the reply | ${SWITCH_OFF} | Done`]);
    const again = await press(scene.modHere, restored, 'Delete the reply');
    expect(notesOf(again).map((note) => note.split(' by ')[0])).toEqual([
      '-# Reply deleted',
      '-# Reply brought back',
      '-# Reply deleted',
    ]);
    scene.botClock.set(NOW + 21 * 60_000);
    expect(await toldBy(await scene.modHere.click(again, 'Undo the deletion'))).toBe(
      'It is too late to bring this reply back. Regenerate makes a new one.',
    );
  });

  test('of a reply that is gone says so', async () => {
    const { here, turnId, report } = await reported();
    await scene.history.removeReply(here.channelId, turnId);
    expect(await toldBy(await scene.modHere.click(report, 'Delete the reply'))).toBe('This reply is gone already.');
  });
});

describe('Switch the persona off here', () => {
  test('gives the place to the assistant, also where the whole server has the persona, and tells it', async () => {
    const { here, report } = await reported();
    const other = scene.newRoom();
    await speaksIn(other.id);
    await speaksIn(here.channelId);
    const after = await press(scene.modHere, report, SWITCH_OFF);
    expect((await scene.settings.read({ channelId: here.channelId })).persona).toEqual({
      ref: null,
      by: { id: scene.mod.id, name: 'Mod' },
      at: NOW,
    });
    expect((await scene.settings.read({ channelId: other.id })).persona?.ref).toBe(OTTILIE.id);
    expect(here.messages().at(-1)?.content).toBe(
      'A moderator switched **Ottilie** off here. The assistant replies from now on; `/persona use` chooses another persona.',
    );
    expect(notesOf(after)).toEqual([`-# **Ottilie** switched off there by **Mod** ${AGO}`]);
    expect(rowsOf(after)).toEqual(['Delete the reply | Done']);
  });

  test('in a thread that has the persona of its channel leaves the channel alone', async () => {
    const room = scene.newRoom();
    const thread = await scene.alice.in(room).startThread({ name: 'story' });
    await speaksIn(room.id);
    const { report } = await reported(thread);
    await press(scene.modHere, report, SWITCH_OFF);
    expect((await scene.settings.read({ channelId: thread.id })).persona?.ref).toBe(null);
    expect((await scene.settings.read({ channelId: room.id })).persona?.ref).toBe(OTTILIE.id);
  });

  test('in a roleplay sends it away; the others play on', async () => {
    const { here, report } = await reported();
    await plays(here, [OTTILIE.id, BEZEL]);
    await press(scene.modHere, report, SWITCH_OFF);
    expect(await scene.scenes.read(here.channelId)).toMatchObject({ personas: [BEZEL] });
    expect(here.messages().at(-1)?.content).toBe('A moderator switched **Ottilie** off here. The others play on.');
  });

  test('as the last one of a roleplay ends it, and the persona does not come back by the settings', async () => {
    const { here, report } = await reported();
    await plays(here, [OTTILIE.id]);
    await speaksIn(here.channelId);
    await press(scene.modHere, report, SWITCH_OFF);
    expect(await scene.scenes.read(here.channelId)).toMatchObject({ personas: [], endedAt: NOW });
    expect((await scene.settings.read({ channelId: here.channelId })).persona?.ref).toBe(null);
    expect(here.messages().at(-1)?.content).toBe(
      'A moderator switched **Ottilie** off here. With it the roleplay has ended.',
    );
  });

  test('changes nothing where another persona speaks by now', async () => {
    const { here, report } = await reported();
    await speaksIn(here.channelId, BEZEL);
    const told = await toldBy(await scene.modHere.click(report, SWITCH_OFF));
    expect(told).toBe('There **Ottilie** does not speak any more.');
    expect((await scene.settings.read({ channelId: here.channelId })).persona?.ref).toBe(BEZEL);
  });
});

test('Done says who handled it, and leaves no buttons', async () => {
  const { report } = await reported();
  const after = await press(scene.modHere, report, 'Done');
  expect(notesOf(after)).toEqual([`-# Done by **Mod** ${AGO}`]);
  expect(rowsOf(after)).toEqual([]);
});

describe('who may', () => {
  test.each(['Delete the reply', SWITCH_OFF, 'Done'])('press %s: moderators only', async (label) => {
    const { report } = await reported();
    expect(await toldBy(await scene.alice.in(scene.staff).click(report, label))).toBe(
      'Reports are for moderators: this needs the permission Manage Messages.',
    );
    expect(scene.done).toEqual([]);
  });

  test('of two moderators who press at once, the second is told', async () => {
    const { report } = await reported();
    const earlier = new Set(scene.modHere.messages().map(({ id }) => id));
    await Promise.all([1, 2].map(() => scene.modHere.click(report, 'Delete the reply')));
    await changed(scene.modHere, report);
    const { content: told } = await scene.modHere.waitFor((messages) =>
      messages.find(({ id, ephemeral, loading }) => ephemeral && !loading && !earlier.has(id)),
    );
    expect(['This reply is gone already.', 'Somebody else has just done this.']).toContain(told);
    await doneAfter('take down');
    expect(scene.done.filter((line) => line.startsWith('take down'))).toHaveLength(1);
  });

  test.each(['report-delete:nonsense', 'report-delete:1.1', 'report-off:1..xyz', 'report-restore:zzzz..t'])(
    'a custom id that leads nowhere does nothing: %s',
    async (customId) => {
      const message = await forged(scene, scene.modHere, { type: 2, style: 2, label: 'Old', custom_id: customId });
      expect(await toldBy(await scene.modHere.click(message, 'Old'))).not.toContain('Something went wrong');
      expect(scene.done.filter((line) => line !== 'stop')).toEqual([]);
    },
  );
});
