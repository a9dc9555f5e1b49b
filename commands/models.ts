import {
  allowAll,
  allowPanel,
  announce,
  type ChangeView,
  type CommandContext,
  contextLengthModal,
  defineAction,
  defineCommand,
  pickAllowed,
  pressedModelId,
  removeOwnModel,
  setContextLength,
  setServerDefault,
  showModel,
  showModels,
  suggestModels,
  suggestModelsOrDefault,
  undoChange,
  useModel,
} from '../src/discord/command.ts';

const NAME_MAX_LENGTH = 200;

const named = {
  type: 'string',
  description: 'Its name, or a part of it',
  required: true,
  maxLength: NAME_MAX_LENGTH,
} as const;

/** The channel is told of a change; of none only the person who wanted it. */
async function tell({ show, showPrivately }: CommandContext, told: ChangeView): Promise<void> {
  await (told.isChanged ? show(told) : showPrivately(told.text));
}

export default defineCommand({
  name: 'models',
  description: 'Who answers here, and who else could',
  subcommands: {
    list: defineAction({
      description: 'Every model that can answer, and who answers here',
      options: {},
      isPrivate: true,
      execute: async (context) => context.show(await showModels(context)),
    }),

    info: defineAction({
      description: 'Everything about one model',
      options: { model: { ...named, suggest: suggestModels } },
      isPrivate: true,
      execute: async (context) => context.show(await showModel(context, context.args.model)),
    }),

    use: defineAction({
      description: 'Chooses who answers in this channel, thread or direct message',
      options: {
        model: {
          ...named,
          description: 'Its name; “default” removes the choice',
          suggest: suggestModelsOrDefault('here'),
        },
      },
      isPrivate: false,
      execute: async (context) => tell(context, await useModel(context, context.args.model)),
    }),

    default: defineAction({
      description: 'Chooses who answers in the whole server unless a channel chose otherwise (Manage Server)',
      options: {
        model: {
          ...named,
          description: 'Its name; “default” leaves it to the bot',
          suggest: suggestModelsOrDefault('server'),
        },
      },
      // A refusal is nobody else's business.
      isPrivate: (_args, person) => !person.isAdmin,
      execute: async (context) => tell(context, await setServerDefault(context, context.args.model)),
    }),

    allow: defineAction({
      description: 'Says which models members may pick (Manage Server)',
      options: {},
      isPrivate: true,
      execute: async (context) => context.show(await allowPanel(context)),
    }),
  },

  buttons: {
    'models-page': {
      answers: 'update',
      execute: async (context) => context.show(await showModels(context, Number(context.id))),
    },
    'model-use': {
      answers: 'update',
      async execute(context) {
        const id = await pressedModelId(context, context.id);
        const told = await useModel(context, id);
        await context.show(await showModel(context, id));
        await announce(context, told);
      },
    },
    'model-off': {
      answers: 'update',
      async execute(context) {
        const shown = context.id === 'list' ? undefined : await pressedModelId(context, context.id);
        const told = await removeOwnModel(context);
        await context.show(shown === undefined ? await showModels(context) : await showModel(context, shown));
        await announce(context, told);
      },
    },
    'model-default': {
      answers: 'update',
      async execute(context) {
        const id = await pressedModelId(context, context.id);
        const told = await setServerDefault(context, id);
        await context.show(await showModel(context, id));
        await announce(context, told);
      },
    },
    'model-undo': {
      answers: 'update',
      execute: async (context) => context.show(await undoChange(context, context.id)),
    },
    'model-context': {
      answers: 'modal',
      execute: async (context) => context.showModal(await contextLengthModal(context, context.id)),
    },
    'models-allow-page': {
      answers: 'update',
      execute: async (context) => context.show(await allowPanel(context, Number(context.id))),
    },
    'models-allow-all': {
      answers: 'update',
      execute: async (context) => context.show(await allowAll(context)),
    },
  },

  selects: {
    'models-allow': {
      answers: 'update',
      async execute(context) {
        const { id, interaction, values } = context;
        const shown = interaction.component.options.map(({ value }) => value);
        await context.show(await pickAllowed(context, { page: Number(id), shown, picked: values }));
      },
    },
  },

  modals: {
    'model-context-set': {
      answers: 'update',
      async execute(context) {
        const id = await setContextLength(context, context.id, context.fields['tokens'] ?? '');
        await context.show(await showModel(context, id));
      },
    },
  },
});
