import { createTestLimit, defineAction, defineCommand, lorebookRoom } from '../src/discord/command.ts';

const NAME_MAX_LENGTH = 200;
const TEXT_MAX_LENGTH = 2_000;

const lorebook = {
  type: 'string',
  description: 'Its name, or a part of it',
  required: true,
  maxLength: NAME_MAX_LENGTH,
  suggest: async (typed, asked) => (await lorebookRoom()).suggestLorebooks(typed, asked),
} as const satisfies Parameters<typeof defineAction>[0]['options'][string];

const testLimit = createTestLimit();

export default defineCommand({
  name: 'lorebook',
  description: 'What personas know of your world: entries that come into replies when somebody speaks of them',
  subcommands: {
    list: defineAction({
      description: 'The lorebooks of this server and yours, and those that hold here',
      options: {},
      isPrivate: true,
      execute: async (context) => (await lorebookRoom()).list(context),
    }),

    import: defineAction({
      description: 'Takes a lorebook from a file: of SillyTavern, Agnai, NovelAI, RisuAI, Chub, or of a character card',
      options: { file: { type: 'attachment', description: 'A JSON file, or a character card', required: true } },
      isPrivate: true,
      execute: async (context) => (await lorebookRoom()).importFile(context, context.args.file),
    }),

    attach: defineAction({
      description: 'Lets a lorebook hold in this channel or thread',
      options: { lorebook },
      isPrivate: false,
      execute: async (context) => (await lorebookRoom()).attach(context, context.args.lorebook),
    }),

    detach: defineAction({
      description: 'Takes a lorebook away from this channel or thread; where it holds for the whole server, from there',
      options: {
        lorebook: {
          ...lorebook,
          suggest: async (typed, asked) => (await lorebookRoom()).suggestAttached(typed, asked),
        },
      },
      isPrivate: false,
      execute: async (context) => (await lorebookRoom()).detach(context, context.args.lorebook),
    }),

    delete: defineAction({
      description: 'Deletes a lorebook (yours; of the server: Manage Server or the role for personas)',
      options: { lorebook },
      isPrivate: true,
      execute: async (context) => (await lorebookRoom()).remove(context, context.args.lorebook),
    }),

    test: defineAction({
      description: 'Shows which entries a text would call here, and why; nothing is sent',
      options: {
        text: {
          type: 'string',
          description: 'What somebody would say',
          required: true,
          maxLength: TEXT_MAX_LENGTH,
        },
        lorebook: { ...lorebook, required: false, description: 'This lorebook alone, instead of all that hold here' },
      },
      isPrivate: true,
      execute: async (context) => (await lorebookRoom()).test(context, context.args, testLimit),
    }),
  },

  buttons: {
    'lorebook-list': { answers: 'update', execute: async (context) => (await lorebookRoom()).listPage(context) },
    'lorebook-import': {
      answers: 'update',
      execute: async (context) => (await lorebookRoom()).answerQuestion(context),
    },
    'lorebook-import-off': {
      answers: 'update',
      execute: async (context) => (await lorebookRoom()).dropQuestion(context),
    },
    'lorebook-back': { answers: 'update', execute: async (context) => (await lorebookRoom()).undoReplaced(context) },
    'lorebook-here': {
      answers: 'update',
      execute: async (context) => (await lorebookRoom()).attachPressed(context, 'here'),
    },
    'lorebook-server': {
      answers: 'update',
      execute: async (context) => (await lorebookRoom()).attachPressed(context, 'server'),
    },
    'lorebook-undo': { answers: 'update', execute: async (context) => (await lorebookRoom()).undo(context) },
    'lorebook-restore': { answers: 'update', execute: async (context) => (await lorebookRoom()).restore(context) },
    'lorebook-test': { answers: 'modal', execute: async (context) => (await lorebookRoom()).openTestForm(context) },
    'lorebook-tested': {
      answers: 'update',
      execute: async (context) => (await lorebookRoom()).testPage(context, testLimit),
    },
  },

  modals: {
    'lorebook-test-text': {
      answers: 'private',
      execute: async (context) => (await lorebookRoom()).testForm(context, testLimit),
    },
  },
});
