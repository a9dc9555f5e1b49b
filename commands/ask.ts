import { defineAction, defineCommand, suggestModels } from '../src/discord/command.ts';

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
        description: 'Who answers this question; without it, whoever answers here',
        suggest: suggestModels,
      },
      file: { type: 'attachment', description: 'A text file or a picture to go with the question' },
      private: { type: 'boolean', description: 'Only you see the answer, and it stays out of the channel’s history' },
    },
    isPrivate: (args) => args.private ?? false,
    async execute({ args, bot, person, place, interaction, acknowledged }) {
      await bot.asking.byCommand(interaction, {
        text: args.prompt,
        file: args.file,
        modelName: args.model,
        person,
        where: place,
        isPrivate: args.private ?? false,
        acknowledged,
      });
    },
  }),
});
