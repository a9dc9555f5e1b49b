import { codeBlock } from 'discord.js';
import { UserError } from '../src/core/errors.ts';
import { defineAction, defineCommand } from '../src/discord/command.ts';

/** With commas; `Intl` would load 6 MiB for it. */
const grouped = (count: number) => String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');

export default defineCommand({
  name: 'models',
  description: 'The models that can answer',
  subcommands: {
    list: defineAction({
      description: 'Every model that can answer, and how much it remembers',
      options: {},
      isPrivate: true,
      async execute({ bot, show }) {
        const usual = bot.catalog.find();
        const models = bot.catalog.list();
        if (models.length === 0) {
          throw new UserError(
            'unavailable',
            'The list of models could not be loaded yet. Please try again in a minute.',
          );
        }
        const width = Math.max(0, ...models.map(({ id }) => id.length));
        const lines = models.map(({ id, contextLength }) => {
          const mark = id === usual.id ? '*' : ' ';
          return `${mark} ${id.padEnd(width)} ${grouped(contextLength).padStart(7)}`;
        });
        await show(
          `**Models** and the tokens of conversation that each remembers (* answers by default)\n${codeBlock(lines.join('\n'))}\n` +
            'Choose one for a question with `/ask model:`',
        );
      },
    }),
  },
});
