import { defineAction, defineCommand } from '../src/discord/command.ts';

export default defineCommand({
  name: 'help',
  description: 'What I can do, and how to talk to me',
  action: defineAction({
    description: 'What I can do, and how to talk to me',
    options: {},
    isPrivate: true,
    async execute({ bot, show }) {
      const commands = [...bot.commands.values()].flatMap((command) =>
        'action' in command
          ? [`- \`/${command.name}\`: ${command.description}`]
          : Object.entries(command.subcommands).map(
              ([name, action]) => `- \`/${command.name} ${name}\`: ${action.description}`,
            ),
      );
      await show(
        [
          `**${bot.name}** answers with the language models of Infermatic.`,
          'Ask with `/ask`, mention me in a channel, reply to one of my messages, or write to me in a direct message. `/ask` ' +
            'takes a text file or a picture, too, and with `private` only you see the reply. **Stop** ends a reply, ' +
            '**Retry** makes a new one.',
          'A persona can speak instead of me: `/persona list` shows them, `/persona use` chooses one for a channel, and ' +
            '`/roleplay start` opens a thread to play with one. The buttons below its replies turn between versions, go ' +
            'on, edit and delete. More is in the menu of a message, under **Apps**.',
          'I remember what was said in each channel, and nothing of one channel reaches another. `/models use` chooses ' +
            'who answers here. When many ask at once, you see your place in line.',
          commands.join('\n'),
          'Questions about the models or the API itself: `#api` and `#ask-for-help` on Infermatic’s Discord server.',
        ].join('\n\n'),
      );
    },
  }),
});
