import { parseConfig } from '../config.ts';
import { createRest, readApplication } from '../discord/client.ts';
import { messageMenus } from '../discord/message-menus.ts';
import { loadCommands, publishCommands } from '../discord/registry.ts';

/** Publishes the slash commands, if they differ from what Discord has, and says so. */
export async function register(env: NodeJS.ProcessEnv): Promise<void> {
  const config = parseConfig(env);
  const { rest } = createRest({ apiUrl: config.discordApiUrl, token: config.discordToken });
  const { id, name } = await readApplication(rest);
  const commands = await loadCommands(new URL('../../commands/', import.meta.url));
  const { changed, count } = await publishCommands(rest, id, commands.values(), messageMenus);
  process.stdout.write(
    changed
      ? `${count} commands of ${name} are published. Discord shows them within a minute.\n`
      : `${count} commands of ${name} were published already; nothing changed.\n`,
  );
}
