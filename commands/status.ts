import { defineAction, defineCommand, showStatus } from '../src/discord/command.ts';

export default defineCommand({
  name: 'status',
  description: 'Who answers here, how busy I am, and which models are down',
  action: defineAction({
    description: 'Who answers here, how busy I am, and which models are down',
    options: {},
    isPrivate: true,
    execute: async (context) => context.show(await showStatus(context)),
  }),
});
