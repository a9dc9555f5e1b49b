import type { Here, ShownMessage } from '../../../src/simulator/discord/index.ts';
import { Permission } from '../../../src/simulator/discord/index.ts';
import { createHome } from '../../e2e/scene.ts';
import type { BotWorld } from '../../support/bot.ts';
import { answerOf } from '../../support/panel.ts';

/** A server with Ida, who may manage it. */
export function newHome(world: BotWorld) {
  const home = createHome(world.discord);
  const admins = home.guild.createRole({
    name: 'Admins',
    permissions: Permission.ManageGuild | Permission.ManageMessages,
  });
  const ida = world.discord.createPerson({ name: 'Ida' });
  home.guild.join(ida, { roles: [admins] });
  return { ...home, ida };
}

export const entry = (key: string[], content: string, facts: object = {}) => ({
  key,
  content,
  comment: `About ${key[0]}`,
  ...facts,
});

export function bookFile(name: string, entries: object[]) {
  const numbered = entries.map((one, uid) => [String(uid), { uid, ...one }]);
  return jsonFile('book.json', { name, entries: Object.fromEntries(numbered) });
}

export function jsonFile(name: string, json: unknown) {
  return { name, type: 'application/json', data: typeof json === 'string' ? json : JSON.stringify(json) };
}

export const DRAGON = entry(['dragon'], 'Sulfurion the dragon sleeps under the tower.');
export const ELDORIA = bookFile('Eldoria', [
  DRAGON,
  entry(['Sulfurion'], 'Sulfurion fears bells.'),
  entry(['elf'], 'Elves lie.', { disable: true }),
]);

export async function imported(here: Here, file: ReturnType<typeof jsonFile>): Promise<ShownMessage> {
  return answerOf(await here.slash('lorebook import', {}, { files: { file } }));
}

export async function told(here: Here, fits: string): Promise<ShownMessage> {
  return here.waitFor((messages) => messages.find(({ content, loading }) => !loading && content.includes(fits)));
}

/** Its text, and those of its embeds. */
export function textOf({ content, embeds }: ShownMessage): string {
  return [content, ...embeds.map(({ title, description }) => [title, description].join('\n'))].join('\n');
}
