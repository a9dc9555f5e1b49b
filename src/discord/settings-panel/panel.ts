import { ButtonStyle } from 'discord.js';
import { UserError } from '../../core/errors.ts';
import type { ButtonAction } from '../button.ts';
import type { CommandContext } from '../command.ts';
import type { ModalAction } from '../modal.ts';
import type { SelectAction, SelectContext, SelectInteraction } from '../select.ts';
import type { Row, View } from '../view.ts';
import { editedFields, markFields } from './edited-fields.ts';
import { keySection } from './key-section.ts';
import { limitsSection } from './limits-section.ts';
import { modelSection } from './model-section.ts';
import { personaSection } from './persona-section.ts';
import { repliesSection } from './replies-section.ts';
import { controlId, enterPanel, type Outcome, type Panel, type Section } from './section.ts';

const SECTIONS = {
  model: modelSection,
  replies: repliesSection,
  personas: personaSection,
  limits: limitsSection,
  key: keySection,
};

/** A private panel for those who may manage the server; what it shows is read anew at each press. */
export const settingsPanel = {
  async open(context: CommandContext): Promise<void> {
    await context.show(await overview(enterPanel(context)));
  },

  buttons: {
    settings: {
      answers: 'update',
      async execute(context) {
        const panel = enterPanel(context);
        const [name = '', detail = ''] = context.id.split(':');
        await context.show(await draw(panel, { name, detail }));
      },
    },
    'settings-do': {
      answers: 'update',
      async execute(context) {
        const panel = enterPanel(context);
        const [name = '', action = '', detail = ''] = context.id.split(':');
        const act = own(sectionOf(name).actions, action);
        await context.show(await draw(panel, { name, detail, outcome: await act(panel, detail) }));
      },
    },
    'settings-edit': {
      answers: 'modal',
      async execute(context) {
        const panel = enterPanel(context);
        const [name = '', form = '', detail = ''] = context.id.split(':');
        const modal = await own(sectionOf(name).forms, form).open(panel, detail);
        await context.showModal({
          ...modal,
          custom_id: controlId.save(name, form, { detail, marks: markFields(modal.inputs) }),
        });
      },
    },
  } satisfies Record<string, ButtonAction>,

  selects: {
    'settings-roles': { answers: 'update', chooses: 'roles', execute: chosen },
    'settings-channels': { answers: 'update', chooses: 'channels', execute: chosen },
  } satisfies Record<string, SelectAction>,

  modals: {
    'settings-save': {
      answers: 'update',
      async execute(context) {
        const panel = enterPanel(context);
        const [name = '', form = '', detail = '', marks = ''] = context.id.split(':');
        const edited = editedFields(context.fields, marks);
        const outcome = await own(sectionOf(name).forms, form).save(panel, detail, edited);
        await context.show(await draw(panel, { name, detail, outcome }));
      },
    },
  } satisfies Record<string, ModalAction>,
};

async function chosen(context: SelectContext<SelectInteraction>): Promise<void> {
  const panel = enterPanel(context);
  const [name = '', choice = ''] = context.id.split(':');
  const choose = own(sectionOf(name).choices, choice);
  await context.show(await draw(panel, { name, detail: 'top', outcome: await choose(panel, context.values) }));
}

/** A section below what a change had to say. */
async function draw(
  panel: Panel,
  { name, detail, outcome }: { name: string; detail: string; outcome?: Outcome },
): Promise<View> {
  const { text, rows = [] } = await sectionOf(name).view(panel, detail);
  return {
    text: outcome ? `${outcome.said}\n\n${text}` : text,
    rows: [...(outcome?.rows ?? []), ...(outcome?.isQuestion ? [] : [...rows, navigation(name)])],
  };
}

async function overview(panel: Panel): Promise<View> {
  const lines = await Promise.all(
    Object.values(SECTIONS).map(async (section) => `- ${section.label}: ${await section.summary(panel)}`),
  );
  return { text: ['**Settings** of this server', ...lines].join('\n'), rows: [navigation()] };
}

function navigation(current?: string): Row {
  return Object.entries(SECTIONS).map(([name, { label }]) => ({
    label,
    style: name === current ? ButtonStyle.Primary : ButtonStyle.Secondary,
    custom_id: controlId.view(name),
    disabled: name === current,
  }));
}

function sectionOf(name: string): Section {
  return own<Section>(SECTIONS, name);
}

/** What a custom id names; names that every object has lead nowhere. */
function own<T>(named: Record<string, T> | undefined, name: string): T {
  const found = named && Object.hasOwn(named, name) ? named[name] : undefined;
  if (found === undefined) {
    throw new UserError('missing', 'This button is from an older version of the bot and does nothing now.');
  }
  return found;
}
