import { defineAction, defineCommand } from '../src/discord/command.ts';

const PROMPT_MAX_LENGTH = 6_000;

export default defineCommand({
  name: 'ask',
  description: 'Ask a question and watch the answer arrive',
  action: defineAction({
    description: 'Ask a question and watch the answer arrive',
    options: {
      prompt: { type: 'string', description: 'What you want to know', required: true, maxLength: PROMPT_MAX_LENGTH },
      model: {
        type: 'string',
        description: 'Who answers; without it the default model',
        suggest: (typed, bot) => bot.catalog.suggest(typed),
      },
      file: { type: 'attachment', description: 'A text file to go with the question' },
      private: { type: 'boolean', description: 'Only you see the answer, and it stays out of the channel’s history' },
    },
    isPrivate: (args) => args.private ?? false,
    async execute({ args, bot, person, interaction, acknowledged }) {
      const attached = args.file ? `\n\n${args.file.name}:\n${await bot.readTextFile(args.file)}` : '';
      await bot.asking.byCommand(interaction, {
        text: args.prompt,
        attached,
        modelName: args.model,
        person,
        isPrivate: args.private ?? false,
        acknowledged,
      });
    },
  }),
});
