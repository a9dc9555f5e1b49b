import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Here, ShownMessage } from '../../../src/simulator/discord/index.ts';
import { Permission } from '../../../src/simulator/discord/index.ts';
import { rowsOf, toldBy } from '../../support/panel.ts';
import { OTTILIE, type ReportScene, SELF, startReports, tellOn } from './scene.ts';

const THANKS = 'Reported: the moderators of this server see it now. Thank you.';
const NO_CHANNEL =
  'This server has no channel for reports yet. Tell a moderator of the server yourself, with a link to the reply. ' +
  'An admin can choose the channel in `/settings`, under Personas.';
const NOT_DELIVERED =
  'I may not write in the channel for reports, so the moderators did not get this. Tell one of them yourself. ' +
  'An admin can let me see it, send messages and embed links there, or choose another channel in `/settings`.';

let scene: ReportScene;
beforeAll(async () => {
  scene = await startReports();
});
afterAll(() => scene.close());
beforeEach(() => scene.takeReports());
afterEach(() => expect(scene.log.filter(({ level }) => level === 'error')).toEqual([]));

function linkOf({ channelId, id }: ShownMessage): string {
  return `https://discord.com/channels/${scene.guild.id}/${channelId}/${id}`;
}

const embedOf = ({ embeds: [embed] }: ShownMessage) =>
  embed as { description: string; fields: { name: string; value: string }[] };
const fieldsOf = (message: ShownMessage) => embedOf(message).fields.map(({ name, value }) => `${name}: ${value}`);

/** Reports a message by its menu. */
async function byMenu(here: Here, message: ShownMessage, reason?: string): Promise<string> {
  const opened = await here.menu('Report', message);
  if (reason === undefined) return toldBy(opened);
  await opened.acknowledged;
  return toldBy(await here.submitModal(opened, { reason }));
}

describe('/report', () => {
  test('brings the newest reply of the channel before the moderators, with all they need', async () => {
    const person = scene.newMember('Bo_b');
    const here = person.in(scene.newRoom());
    await scene.replyIn(here, { content: 'Older.' });
    const { message } = await scene.replyIn(here, { content: 'Rude words.' });
    await scene.replyIn(person.in(scene.newRoom()), { content: 'Elsewhere.' });
    expect(await tellOn(here, { reason: 'It is rude.' })).toBe(THANKS);
    const report = scene.newestReport();
    expect(report.content).toBe(`**Bo\\_b** (<@${person.id}>) reported a reply of **Ottilie**: ${linkOf(message)}`);
    expect(report.mentions).toEqual({ userIds: [], roleIds: [], everyone: false });
    expect(embedOf(report).description).toBe('||Rude words.||');
    expect(fieldsOf(report)).toEqual([
      'Reason: It is rude.',
      'Persona: **Ottilie** `built-in:lighthouse-keeper`',
      'Model: `MythoMax-L2-13b`',
    ]);
    expect(rowsOf(report)).toEqual(['Delete the reply | Switch the persona off here | Done']);
    expect(here.messages().every(({ ephemeral, author }) => ephemeral || author.name === 'Dramatis')).toBe(true);
  });

  test.each([
    ['a link', (message: ShownMessage) => linkOf(message)],
    ['a link in angle brackets', (message: ShownMessage) => ` <${linkOf(message)}> `],
    ['a link of another client', (message: ShownMessage) => linkOf(message).replace('discord.', 'canary.discord.')],
    ['its id', ({ id }: ShownMessage) => id],
  ])('takes an older reply by %s', async (_, written) => {
    const here = scene.newMember().in(scene.newRoom());
    const { message } = await scene.replyIn(here, { content: 'Older.', author: SELF });
    await scene.replyIn(here);
    expect(await tellOn(here, { message: written(message) })).toBe(THANKS);
    const report = scene.newestReport();
    expect(report.content).toContain(`reported a reply of the assistant: ${linkOf(message)}`);
    expect(embedOf(report).description).toBe('||Older.||');
    expect(fieldsOf(report)).toEqual(['Model: `MythoMax-L2-13b`']);
    expect(rowsOf(report)).toEqual(['Delete the reply | Done']);
  });

  test('refuses what is no reply of this channel, and says what to do', async () => {
    const here = scene.newMember().in(scene.newRoom());
    const there = scene.alice.in(scene.newRoom());
    const { message } = await scene.replyIn(there);
    const own = await here.post('my own words');
    expect(await tellOn(here)).toBe(
      'I know of no reply of mine here. Open the menu of the message: **Apps > Report**.',
    );
    expect(await tellOn(here, { message: 'that one' })).toMatch(/^This is not a link to a message\./);
    expect(await tellOn(here, { message: linkOf(message) })).toBe(
      `That message is in <#${there.channelId}>: use \`/report\` there.`,
    );
    for (const id of [message.id, own.id]) {
      expect(await tellOn(here, { message: id })).toBe(
        'I know of no reply of mine in that message. Open the menu of the message: **Apps > Report**.',
      );
    }
    expect(scene.newestReport().content).not.toContain(here.channelId);
  });

  test('quotes words that cannot leave their spoiler, shout, or fill the report', async () => {
    const here = scene.newMember().in(scene.newRoom());
    const content = `||@everyone **loud** \`\`\`code\`\`\` [a](https://x.example) # big\n${'_'.repeat(1_900)}`;
    await scene.replyIn(here, { content });
    expect(await tellOn(here, { reason: '||`*' })).toBe(THANKS);
    const { description } = embedOf(scene.newestReport());
    expect(description).toMatch(
      /^\|\|(\\\|){2}@everyone (\\\*){2}loud(\\\*){2} (\\`){3}code(\\`){3} \\\[a\\\]\(https:\S+\) \\# big\n/,
    );
    expect(description).toMatch(/\n(\\_)+…\|\|$/);
    expect(description.length).toBeLessThanOrEqual(4_096);
    expect(fieldsOf(scene.newestReport())[0]).toBe('Reason: \\|\\|\\`\\*');
  });

  test('is limited to three in ten minutes for one person', async () => {
    const room = scene.newRoom();
    const here = scene.newMember().in(room);
    await scene.replyIn(here);
    for (let count = 0; count < 3; count += 1) expect(await tellOn(here)).toBe(THANKS);
    expect(await tellOn(here)).toMatch(/^You have reported 3 replies within 10 minutes\./);
    expect(await tellOn(scene.newMember('Cy').in(room))).toBe(THANKS);
    scene.botClock.set(scene.botClock.now() + 10 * 60_000);
    expect(await tellOn(here)).toBe(THANKS);
  });

  test('without a channel for reports says whom to tell', async () => {
    await scene.settings.update({ guildId: scene.guild.id }, () => ({}));
    const here = scene.newMember().in(scene.newRoom());
    const { message } = await scene.replyIn(here);
    expect(await tellOn(here)).toBe(NO_CHANNEL);
    expect(await byMenu(here, message)).toBe(NO_CHANNEL);
  });

  test('says when the moderators cannot be reached, and does not count that', async () => {
    const closed = scene.newRoom();
    const gone = scene.newRoom();
    const here = scene.newMember().in(scene.newRoom());
    await scene.replyIn(here);
    closed.setOverwrites([{ id: scene.guild.botRoleId, type: 0, deny: Permission.SendMessages }]);
    gone.delete();
    for (const channel of [closed, gone]) {
      await scene.takeReports(channel.id);
      for (let count = 0; count < 2; count += 1) expect(await tellOn(here)).toBe(NOT_DELIVERED);
    }
    await scene.takeReports();
    expect(await tellOn(here)).toBe(THANKS);
  });

  test('in a direct message says that reports need a server', async () => {
    const here = scene.alice.in(await scene.alice.openDm());
    expect(await tellOn(here)).toMatch(/^Reports go to the moderators of a server, and direct messages have none\./);
  });
});

describe('the menu of a message', () => {
  test('asks for a reason and reports that very reply', async () => {
    const here = scene.newMember().in(scene.newRoom());
    const { message } = await scene.replyIn(here, { content: 'Older.' });
    await scene.replyIn(here);
    expect(await byMenu(here, message, 'Not nice')).toBe(THANKS);
    const report = scene.newestReport();
    expect(report.content).toContain(linkOf(message));
    expect(embedOf(report).description).toBe('||Older.||');
    expect(fieldsOf(report)[0]).toBe('Reason: Not nice');
  });

  test('takes a reason or none', async () => {
    const here = scene.newMember().in(scene.newRoom());
    const { message } = await scene.replyIn(here);
    expect(await byMenu(here, message, '')).toBe(THANKS);
    expect(fieldsOf(scene.newestReport())).toEqual([
      `Persona: **Ottilie** \`${OTTILIE.id}\``,
      'Model: `MythoMax-L2-13b`',
    ]);
  });

  test('takes a message of the bot that the history has forgotten, by its link', async () => {
    const here = scene.newMember().in(scene.newRoom());
    const message = await scene.botMessage(here, 'Forgotten.');
    expect(await byMenu(here, message, 'Rude')).toBe(THANKS);
    const report = scene.newestReport();
    expect(report.content).toContain(`reported a reply of the bot: ${linkOf(message)}`);
    expect(embedOf(report).description).toBe('I do not know its words any more: the link shows them.');
    expect(rowsOf(report)).toEqual(['Done']);
  });

  test('refuses what somebody else wrote', async () => {
    const here = scene.newMember().in(scene.newRoom());
    expect(await byMenu(here, await here.post('mine'))).toBe(
      'I did not write this message. Tell a moderator, or use Discord’s own **Report**.',
    );
  });

  test('counts towards the same limit as the command', async () => {
    const here = scene.newMember().in(scene.newRoom());
    const { message } = await scene.replyIn(here);
    for (let count = 0; count < 2; count += 1) await tellOn(here);
    expect(await byMenu(here, message, '')).toBe(THANKS);
    expect(await byMenu(here, message, '')).toMatch(/^You have reported 3 replies/);
  });
});
