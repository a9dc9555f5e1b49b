import { config as loadDotenv } from 'dotenv';
import { StartError } from './core/errors.ts';

const USAGE = `Usage: node src/main.ts COMMAND

  start       run the bot, from .env or the environment
  register    publish the slash commands
  prompt      print the prompt of a case, as JSON
  playground  try the bot here, without Discord and without a key
`;

const COMMANDS: Record<string, () => Promise<void>> = {
  start: async () => (await import('./cli/start.ts')).start(process.env),
  register: async () => (await import('./cli/register.ts')).register(process.env),
  prompt: async () => (await import('./cli/prompt.ts')).runPrompt(process.argv[3] ?? '', process),
  playground: async () => (await import('./playground/terminal.ts')).playground(process.env),
};

loadDotenv({ quiet: true });
const command = COMMANDS[process.argv[2] ?? 'start'];
if (!command) {
  process.stderr.write(USAGE);
  process.exitCode = 1;
} else {
  try {
    await command();
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
