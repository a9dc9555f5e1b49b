import type { ButtonAction } from '../button.ts';
import type { CommandContext } from '../command.ts';
import type { ModalAction } from '../modal.ts';
import type { SelectAction } from '../select.ts';

const load = async () => (await import('./panel.ts')).settingsPanel;

/** The panel of `./panel.ts`, loaded when somebody opens it. */
export const settingsPanel = {
  open: async (context: CommandContext): Promise<void> => (await load()).open(context),
  buttons: {
    settings: { answers: 'update', execute: async (context) => (await load()).buttons.settings.execute(context) },
    'settings-do': {
      answers: 'update',
      execute: async (context) => (await load()).buttons['settings-do'].execute(context),
    },
    'settings-edit': {
      answers: 'modal',
      execute: async (context) => (await load()).buttons['settings-edit'].execute(context),
    },
  } satisfies Record<string, ButtonAction>,
  selects: {
    'settings-roles': {
      answers: 'update',
      chooses: 'roles',
      execute: async (context) => (await load()).selects['settings-roles'].execute(context),
    },
    'settings-channels': {
      answers: 'update',
      chooses: 'channels',
      execute: async (context) => (await load()).selects['settings-channels'].execute(context),
    },
  } satisfies Record<string, SelectAction>,
  modals: {
    'settings-save': {
      answers: 'update',
      execute: async (context) => (await load()).modals['settings-save'].execute(context),
    },
  } satisfies Record<string, ModalAction>,
};
