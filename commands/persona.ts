import {
  createPersonaRoom,
  defineAction,
  defineCommand,
  defineOpeningAction,
  suggestFormats,
  suggestPersonas,
} from '../src/discord/command.ts';

const NAME_MAX_LENGTH = 200;

const named = {
  type: 'string',
  description: 'Its name, or a part of it',
  required: true,
  maxLength: NAME_MAX_LENGTH,
  suggest: suggestPersonas,
} as const;

const room = createPersonaRoom();

export default defineCommand({
  name: 'persona',
  description: 'Characters that I speak as',
  subcommands: {
    list: defineAction({
      description: 'Every persona that you can choose here',
      options: {},
      isPrivate: true,
      execute: room.list,
    }),

    show: defineAction({
      description: 'Everything about one persona',
      options: { persona: named },
      isPrivate: true,
      execute: async (context) => room.show(context, context.args.persona),
    }),

    create: defineOpeningAction({
      description: 'Makes a new persona',
      options: {},
      opensModal: true,
      execute: room.create,
    }),

    edit: defineAction({
      description: 'Changes a persona',
      options: { persona: named },
      isPrivate: true,
      execute: async (context) => room.edit(context, context.args.persona),
    }),

    import: defineAction({
      description: 'Reads a character card: PNG, JSON or CHARX',
      options: {
        file: { type: 'attachment', description: 'The card, as a file of up to 32 MiB', required: true },
      },
      isPrivate: true,
      execute: async (context) => room.importFile(context, context.args.file),
    }),

    export: defineAction({
      description: 'Gives you a persona as a file for other programs',
      options: {
        persona: named,
        format: { type: 'string', description: 'PNG, JSON or CHARX', maxLength: 50, suggest: suggestFormats },
      },
      isPrivate: true,
      execute: async (context) => room.exportFile(context, context.args.persona, context.args.format),
    }),

    use: defineAction({
      description: 'Lets a persona speak in this channel, thread or direct message',
      options: { persona: named },
      isPrivate: false,
      execute: async (context) => room.use(context, context.args.persona),
    }),

    off: defineAction({
      description: 'Gives this channel, thread or direct message back to the assistant',
      options: {},
      isPrivate: false,
      execute: room.off,
    }),

    me: defineAction({
      description: 'Who you play: your name and what personas should know of you',
      options: {},
      isPrivate: true,
      execute: room.me,
    }),

    delete: defineAction({
      description: 'Deletes a persona; for 10 minutes that can be undone',
      options: { persona: named },
      isPrivate: true,
      execute: async (context) => room.delete(context, context.args.persona),
    }),
  },

  buttons: room.buttons,
  selects: room.selects,
  modals: room.modals,
});
