import { createFormDrafts, defineAction, defineCommand, roleplayRoom } from '../src/discord/command.ts';

const NAME_MAX_LENGTH = 200;
const TITLE_MAX_LENGTH = 100;

const persona = {
  type: 'string',
  description: 'Its name, or a part of it',
  required: true,
  maxLength: NAME_MAX_LENGTH,
  suggest: async (typed, asked) => (await roleplayRoom()).suggestPersonas(typed, asked),
} as const satisfies Parameters<typeof defineAction>[0]['options'][string];

const drafts = createFormDrafts();

export default defineCommand({
  name: 'roleplay',
  description: 'Stories that you play with personas',
  subcommands: {
    start: defineAction({
      description: 'Opens a thread in which a persona plays a story with whoever writes there',
      options: {
        persona,
        greeting: {
          type: 'string',
          description: 'Which of its greetings, by number; the arrows below it show the others',
          maxLength: NAME_MAX_LENGTH,
          suggest: async (typed, asked) => (await roleplayRoom()).suggestGreetings(typed, asked),
        },
        title: { type: 'string', description: 'The name of the thread', maxLength: TITLE_MAX_LENGTH },
        private: { type: 'boolean', description: 'Only you see the thread, and those whom you let in' },
      },
      isPrivate: (args) => args['private'] === true,
      execute: async (context) => (await roleplayRoom()).start(context, context.args),
    }),

    invite: defineAction({
      description: 'Another persona joins the roleplay (its starter, moderators)',
      options: { persona },
      isPrivate: false,
      execute: async (context) => (await roleplayRoom()).invite(context, context.args.persona),
    }),

    leave: defineAction({
      description: 'A persona leaves the roleplay (its starter, moderators)',
      options: {
        persona: {
          ...persona,
          description: 'Who leaves',
          suggest: async (typed, asked) => (await roleplayRoom()).suggestPlaying(typed, asked),
        },
      },
      isPrivate: false,
      execute: async (context) => (await roleplayRoom()).leave(context, context.args.persona),
    }),

    note: defineAction({
      description: 'What the model keeps in mind, out of sight: shows it, and changes it (its starter, moderators)',
      options: {},
      isPrivate: true,
      execute: async (context) => (await roleplayRoom()).showNote(context),
    }),

    continue: defineAction({
      description: 'The persona goes on; where several play, you choose who speaks',
      options: {},
      isPrivate: true,
      execute: async (context) => (await roleplayRoom()).askWhoGoesOn(context),
    }),

    end: defineAction({
      description: 'Ends the roleplay, with a transcript if you want one (its starter, moderators)',
      options: {},
      isPrivate: true,
      execute: async (context) => (await roleplayRoom()).askToEnd(context),
    }),
  },

  buttons: {
    'scene-say': { answers: 'modal', execute: async (context) => (await roleplayRoom()).openSayForm(context) },
    'scene-cue': { answers: 'private', execute: async (context) => (await roleplayRoom()).offerSpeakers(context) },
    'scene-continue': { answers: 'update', execute: async (context) => (await roleplayRoom()).continueNewest(context) },
    'scene-note': { answers: 'modal', execute: async (context) => (await roleplayRoom()).openNoteForm(context) },
    'scene-note-again': {
      answers: 'modal',
      execute: async (context) => (await roleplayRoom()).openNoteAgain(context, drafts),
    },
    'scene-note-clear': { answers: 'update', execute: async (context) => (await roleplayRoom()).clearNote(context) },
    'scene-note-undo': { answers: 'update', execute: async (context) => (await roleplayRoom()).undoNote(context) },
    'scene-end': { answers: 'update', execute: async (context) => (await roleplayRoom()).end(context) },
    'scene-resume': { answers: 'update', execute: async (context) => (await roleplayRoom()).resume(context) },
    'scene-transcript': {
      answers: 'private',
      execute: async (context) => (await roleplayRoom()).sendTranscript(context),
    },
  },

  selects: {
    'scene-order': { answers: 'update', execute: async (context) => (await roleplayRoom()).chooseOrder(context) },
    'scene-speak': { answers: 'update', execute: async (context) => (await roleplayRoom()).speakNext(context) },
  },

  modals: {
    'scene-said': { answers: 'update', execute: async (context) => (await roleplayRoom()).say(context) },
    'scene-note-set': {
      answers: 'update',
      execute: async (context) => (await roleplayRoom()).saveNote(context, drafts),
    },
  },
});
