import { UserError } from '../../core/errors.ts';
import { escapeText } from '../../core/escape-text.ts';
import { clip } from '../../core/text.ts';
import type { AttachedFile } from '../command.ts';
import { pageButtons, pageOf } from '../models/pages.ts';
import type { Row, View } from '../view.ts';
import { changePersona, storedPersona } from './change.ts';
import { type ListedPersona, loadPersona, pressedPersona } from './labels.ts';
import { readFaces } from './pictures.ts';
import { type PersonaAsked, requireEdit } from './rights.ts';
import { writeShortRef } from './short-ref.ts';
import type { Notice } from './show-view.ts';
import type { Undos } from './undos.ts';
import { button, counted } from './words.ts';

/** As many as a menu has options. */
const PER_PAGE = 25;
const FACES_MAX = 200;
const LABEL_SHOWN_MAX_LENGTH = 40;

/** The pictures of emotions of a persona: a menu takes some away, a form adds some. */
export async function facesPanel(
  asked: PersonaAsked,
  persona: ListedPersona,
  wantedPage = 1,
  notice?: Notice,
): Promise<View> {
  await requireEdit(asked, persona.ref);
  const { expressions } = await loadPersona(asked, persona);
  const labels = Object.keys(expressions).sort();
  const pages = Array.from({ length: Math.ceil(labels.length / PER_PAGE) }, (_, index) =>
    labels.slice(index * PER_PAGE, (index + 1) * PER_PAGE),
  );
  const page = pageOf(pages, wantedPage);
  const short = writeShortRef(persona.ref);
  const menu: Row[] =
    page.items.length === 0
      ? []
      : [
          {
            custom_id: `persona-faces-off:${short}`,
            placeholder: 'Take faces away',
            min_values: 1,
            max_values: page.items.length,
            options: page.items.map((label) => ({ label, value: label })),
          },
        ];
  return {
    text: [
      ...(notice ? [notice.said] : []),
      `**Faces of ${escapeText(persona.label)}** · ${counted(labels.length, 'picture')}${page.count === 1 ? '' : `, page ${page.number} of ${page.count}`}`,
      labels.length === 0
        ? 'With pictures of emotions, such as joy.png or anger.png, a persona shows how it feels.'
        : page.items.map((label) => `\`${clip(label, LABEL_SHOWN_MAX_LENGTH)}\``).join(' '),
      '-# Whether and how faces are shown is set in `/settings`.',
    ].join('\n'),
    rows: [
      ...menu,
      [
        ...pagesOf(short, page),
        button('Add faces', `persona-faces-add:${short}`),
        button('Back', `persona-edit:${short}`),
      ],
      ...(notice?.rows ?? []),
    ],
  };
}

/** The ids of these buttons end in the page. */
function pagesOf(short: string, page: { number: number; count: number }) {
  return pageButtons(`persona-faces:${short}`, page);
}

export async function addFaces(
  asked: PersonaAsked,
  shortRef: string,
  { files, emotion, undos }: { files: readonly AttachedFile[]; emotion: string; undos: Undos },
): Promise<View> {
  const persona = await pressedPersona(asked, shortRef);
  await requireEdit(asked, persona.ref);
  const added = await readFaces(asked, files, emotion);
  const { expressions: before } = await storedPersona(asked, persona.ref);
  const expressions = { ...before, ...added };
  if (Object.keys(expressions).length > FACES_MAX) {
    throw new UserError('input', `A persona can have ${FACES_MAX} faces. Take some away, then add these again.`);
  }
  const { undo } = await changePersona(asked, { ref: persona.ref, change: { expressions }, undos });
  const replaced = Object.keys(added).filter((label) => Object.hasOwn(before, label)).length;
  const said = `**Added**: ${counted(Object.keys(added).length, 'face')}${replaced > 0 ? `, ${replaced} of them in place of an earlier one` : ''}.`;
  return facesPanel(asked, persona, 1, { said, rows: [undo] });
}

export async function removeFaces(
  asked: PersonaAsked,
  shortRef: string,
  { labels, undos }: { labels: readonly string[]; undos: Undos },
): Promise<View> {
  const persona = await pressedPersona(asked, shortRef);
  await requireEdit(asked, persona.ref);
  const { expressions: before } = await storedPersona(asked, persona.ref);
  const entries = Object.entries(before);
  const kept = entries.filter(([label]) => !labels.includes(label));
  if (kept.length === entries.length) return facesPanel(asked, persona, 1, { said: 'Nothing was changed.' });
  const { undo } = await changePersona(asked, {
    ref: persona.ref,
    change: { expressions: Object.fromEntries(kept) },
    undos,
  });
  const said = `**Taken away**: ${counted(entries.length - kept.length, 'face')}.`;
  return facesPanel(asked, persona, 1, { said, rows: [undo] });
}
