import { UserError } from '../../core/errors.ts';
import type { ButtonAction, ButtonContext } from '../button.ts';
import type { AttachedFile, CommandContext, OpeningCommandContext } from '../command.ts';
import { isEphemeral } from '../conversation.ts';
import { createFormDrafts } from '../form-drafts.ts';
import type { ModalAction } from '../modal.ts';
import { announce } from '../models/announce.ts';
import type { ChangeView } from '../models/choose.ts';
import type { SelectAction } from '../select.ts';
import { findPersona, type ListedPersona, pressedPersona } from './labels.ts';
import type { PersonaAsked } from './rights.ts';
import { createUndos } from './undos.ts';

type Used = typeof import('./use.ts');
type Context = Pick<CommandContext, 'show' | 'showPrivately'> & PersonaAsked;

/**
 * What `/persona` does. All but this file is loaded when it is first used: an idle bot has no memory to spare.
 */
export function createPersonaRoom() {
  const undos = createUndos();
  const drafts = createFormDrafts();

  return {
    async list(context: Context): Promise<void> {
      const { showPersonas } = await import('./list-view.ts');
      await context.show(await showPersonas(context));
    },
    async show(context: Context, typed: string): Promise<void> {
      await context.show(await shownView(context, await findPersona(context, typed)));
    },
    async create(context: PersonaAsked & Pick<OpeningCommandContext, 'showModal'>): Promise<void> {
      const { createForm } = await import('./create.ts');
      await context.showModal(await createForm(context));
    },
    async edit(context: Context, typed: string): Promise<void> {
      const { editPanel } = await import('./edit-panel.ts');
      await context.show(await editPanel(context, await findPersona(context, typed)));
    },
    async importFile(context: Context, file: AttachedFile): Promise<void> {
      const { importPersona } = await import('./import-file.ts');
      await context.show(await importPersona(context, file));
    },
    async exportFile(
      context: Context & Pick<CommandContext, 'interaction'>,
      typed: string,
      format?: string,
    ): Promise<void> {
      const { exportPersona } = await import('./export-file.ts');
      await context.show(await exportPersona(context, await findPersona(context, typed), format));
    },
    async use(context: Context, typed: string): Promise<void> {
      const { usePersona } = await import('./use.ts');
      await tell(context, await usePersona(context, await findPersona(context, typed)));
    },
    async off(context: Context): Promise<void> {
      const { personaOff } = await import('./use.ts');
      await tell(context, await personaOff(context));
    },
    async me(context: Context): Promise<void> {
      const { showMe } = await import('./me.ts');
      await context.show(await showMe(context));
    },
    async delete(context: Context, typed: string): Promise<void> {
      const { removePersona } = await import('./remove.ts');
      await context.show(await removePersona(context, await findPersona(context, typed)));
    },

    buttons: {
      'persona-list': update(async (context) => {
        const { showPersonas } = await import('./list-view.ts');
        return showPersonas(context, Number(context.id));
      }),
      'persona-show': update(async (context) => shownView(context, await pressedPersona(context, context.id))),
      'persona-greetings': update(async (context) => {
        const { showGreeting } = await import('./greetings-view.ts');
        const [short = '', index] = context.id.split(':');
        return showGreeting(context, await pressedPersona(context, short), Number(index));
      }),
      'persona-use': changing((context, persona, { usePersona }) => usePersona(context, persona)),
      'persona-default': changing((context, persona, { setDefaultPersona }) => setDefaultPersona(context, persona)),
      'persona-no-default': changing((context, _, { removeDefaultPersona }) => removeDefaultPersona(context)),
      'persona-use-undo': update(async (context) => {
        const { undoUse } = await import('./undo-use.ts');
        return undoUse(context, context.id);
      }),
      'persona-edit': update(async (context) => {
        const { editPanel } = await import('./edit-panel.ts');
        return editPanel(context, await pressedPersona(context, context.id));
      }),
      'persona-form': opening(async (context) => {
        const { openForm } = await import('./edit-panel.ts');
        return openForm(context, context.id);
      }),
      'persona-again': opening(async (context) => drafts.open(context.id, context)),
      'persona-faces': update(async (context) => {
        const { facesPanel } = await import('./faces-view.ts');
        const [short = '', page] = context.id.split(':');
        return facesPanel(context, await pressedPersona(context, short), Number(page));
      }),
      'persona-faces-add': opening(async (context) => {
        const [{ facesForm }, { requireEdit }, { ref }] = await Promise.all([
          import('./forms.ts'),
          import('./rights.ts'),
          pressedPersona(context, context.id),
        ]);
        await requireEdit(context, ref);
        return facesForm(context.id);
      }),
      'persona-import': update(async (context) => {
        const { answerImport } = await import('./import-file.ts');
        return answerImport(context, { answer: context.id, message: context.interaction.message, undos });
      }),
      'persona-import-off': update(async () => ({ text: 'Nothing was imported.' })),
      'persona-export': {
        answers: 'private',
        execute: async (context) => context.show(await exportView(context)),
      },
      'persona-export-as': update(exportView),
      'persona-delete': update(async (context) => {
        const { removePersona } = await import('./remove.ts');
        return removePersona(context, await pressedPersona(context, context.id));
      }),
      'persona-restore': update(async (context) => {
        const { restorePersona } = await import('./remove.ts');
        return restorePersona(context, context.id);
      }),
      'persona-undo': update(async (context) => {
        const undo = undos.take(context.id, context.bot.clock.now());
        if (!undo) {
          throw new UserError('missing', 'The 10 minutes are over, or I was restarted: it cannot be undone any more.');
        }
        return undo.run(context);
      }),
      'persona-me': opening(async (context) => (await import('./me.ts')).meForm(context)),
      'persona-me-clear': update(async (context) => (await import('./me.ts')).clearMe(context, undos)),
    } satisfies Record<string, ButtonAction>,

    selects: {
      'persona-pick': {
        answers: 'update',
        async execute(context) {
          const [short = ''] = context.values;
          await context.show(await shownView(context, await pressedPersona(context, short)));
        },
      },
      'persona-adult': {
        answers: 'update',
        async execute(context) {
          const { markAdult } = await import('./adult.ts');
          await context.show(await markAdult(context, context.id, { values: context.values, undos }));
        },
      },
      'persona-faces-off': {
        answers: 'update',
        async execute(context) {
          const { removeFaces } = await import('./faces-view.ts');
          await context.show(await removeFaces(context, context.id, { labels: context.values, undos }));
        },
      },
    } satisfies Record<string, SelectAction>,

    modals: {
      'persona-new': {
        answers: 'update',
        async execute(context) {
          const { createPersona } = await import('./create.ts');
          await context.show(await createPersona(context, drafts));
        },
      },
      'persona-save': {
        answers: 'update',
        async execute(context) {
          const { saveForm } = await import('./edit-panel.ts');
          await context.show(await saveForm(context, context.id, { undos, drafts }));
        },
      },
      'persona-faces-save': {
        answers: 'update',
        async execute(context) {
          const { addFaces } = await import('./faces-view.ts');
          const { id, files, fields } = context;
          const added = { files: files['pictures'] ?? [], emotion: fields['emotion'] ?? '', undos };
          await context.show(await addFaces(context, id, added));
        },
      },
      'persona-me-save': {
        answers: 'update',
        async execute(context) {
          const { saveMe } = await import('./me.ts');
          await context.show(await saveMe(context, context.fields));
        },
      },
    } satisfies Record<string, ModalAction>,
  };
}

type Opening = Extract<ButtonAction, { answers: 'modal' }>;

function update(view: (context: ButtonContext) => Promise<Parameters<ButtonContext['show']>[0]>) {
  return { answers: 'update' as const, execute: async (context: ButtonContext) => context.show(await view(context)) };
}

function opening(
  modal: (
    context: Parameters<Opening['execute']>[0],
  ) => Promise<Parameters<Parameters<Opening['execute']>[0]['showModal']>[0]>,
) {
  const execute: Opening['execute'] = async (context) => context.showModal(await modal(context));
  return { answers: 'modal' as const, execute };
}

/** A change of who speaks: the channel is told of it, below the private view that it was made in or the public line. */
function changing(change: (context: ButtonContext, persona: ListedPersona, used: Used) => Promise<ChangeView>) {
  return {
    answers: 'update' as const,
    async execute(context: ButtonContext): Promise<void> {
      const persona = await pressedPersona(context, context.id);
      const told = await change(context, persona, await import('./use.ts'));
      const isPanel = isEphemeral(context.interaction) || context.place.guildId === undefined;
      if (isPanel) await context.show(await shownView(context, persona, told.isChanged ? undefined : told.text));
      else if (!told.isChanged) throw new UserError('input', told.text);
      await announce(context, told);
    },
  };
}

async function shownView(context: PersonaAsked, persona: ListedPersona, said?: string) {
  const { showPersona } = await import('./show-view.ts');
  return showPersona(context, persona, said === undefined ? undefined : { said });
}

async function exportView(context: ButtonContext) {
  const { exportPersona } = await import('./export-file.ts');
  const [format = '', short = ''] = context.id.split(':');
  return exportPersona(context, await pressedPersona(context, short), format);
}

/** The channel is told of a change; of none only the person who wanted it. */
async function tell({ show, showPrivately }: Context, told: ChangeView): Promise<void> {
  await (told.isChanged ? show(told) : showPrivately(told.text));
}
