import { defineAction, defineCommand, settingsPanel } from '../src/discord/command.ts';

const description = 'Model, answers, personas, limits and API key of this server (Manage Server)';

export default defineCommand({
  name: 'settings',
  description,
  isGuildOnly: true,
  isForAdmins: true,
  action: defineAction({ description, options: {}, isPrivate: true, execute: settingsPanel.open }),
  buttons: settingsPanel.buttons,
  selects: settingsPanel.selects,
  modals: settingsPanel.modals,
});
