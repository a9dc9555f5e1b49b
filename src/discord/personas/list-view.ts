import { UserError } from '../../core/errors.ts';
import { escapeText } from '../../core/escape-text.ts';
import type { PersonaRef } from '../../core/refs.ts';
import { clip } from '../../core/text.ts';
import type { Asked } from '../models/asked.ts';
import { pageButtons, pageOf } from '../models/pages.ts';
import type { Row, View, ViewFile } from '../view.ts';
import { type ListedPersona, labelWords, listedPersonas } from './labels.ts';
import { portraitFile } from './portraits.ts';
import { writeShortRef } from './short-ref.ts';
import { counted, oneLine, ownerWords } from './words.ts';

const PER_PAGE = 5;
/** Of one portrait in a list: five of them go up for each page. */
const PORTRAIT_MAX_BYTES = 1.5 * 1024 * 1024;
const DESCRIPTION_MAX_LENGTH = 100;
const OPTION_LABEL_MAX_LENGTH = 100;
const TITLE_MAX_LENGTH = 120;
const FOOTER = '-# `/persona use` lets one speak here. `/persona create` and `/persona import` add one.';

/** A page of the personas that the person can choose here, each with its portrait. */
export async function showPersonas(asked: Asked, wantedPage = 1): Promise<View> {
  const listed = await listedPersonas(asked);
  const pages = Array.from({ length: Math.ceil(listed.length / PER_PAGE) }, (_, index) =>
    listed.slice(index * PER_PAGE, (index + 1) * PER_PAGE),
  );
  const page = pageOf(pages, wantedPage);
  const speaking = await speakingHere(asked);
  const shown = await Promise.all(page.items.map((persona, index) => entryOf(asked, persona, { index, speaking })));
  const menu: Row = {
    custom_id: 'persona-pick:list',
    placeholder: 'Show one of them',
    options: page.items.map(({ ref, label, spoken, about, isAdult }) => ({
      label: clip(labelWords({ label, spoken }), OPTION_LABEL_MAX_LENGTH),
      value: writeShortRef(ref),
      ...(about === '' || isHidden(asked, { isAdult }) ? {} : { description: clip(about, DESCRIPTION_MAX_LENGTH) }),
    })),
  };
  return {
    text: [
      `**${counted(listed.length, 'persona')}**${page.count === 1 ? '' : `, page ${page.number} of ${page.count}`}`,
      FOOTER,
    ].join('\n'),
    embeds: shown.map(({ embed }) => embed),
    files: shown.flatMap(({ file }) => (file ? [file] : [])),
    rows: [...(page.items.length === 0 ? [] : [menu]), pageButtons('persona-list', page)],
  };
}

/** Nothing of one for adults but its name is shown where anybody may read. */
export function isHidden({ place }: Pick<Asked, 'place'>, { isAdult }: Pick<ListedPersona, 'isAdult'>): boolean {
  return isAdult && !place.isAgeRestricted;
}

/** Those that speak in a place now; none where what was chosen may not speak. */
export async function speakingHere({ bot, place }: Asked): Promise<PersonaRef[]> {
  try {
    return (await bot.casting.of(place)).members.map(({ ref }) => ref);
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

async function entryOf(
  asked: Asked,
  persona: ListedPersona,
  { index, speaking }: { index: number; speaking: readonly PersonaRef[] },
) {
  const { ref, about, isAdult, greetings, hasLorebook } = persona;
  const isOutOfPlace = isHidden(asked, persona);
  const file: ViewFile | undefined = isOutOfPlace
    ? undefined
    : await portraitFile(asked.bot, persona, { fileName: `portrait${index + 1}`, maxBytes: PORTRAIT_MAX_BYTES });
  const marks = [
    ...(speaking.includes(ref) ? ['**speaks here**'] : []),
    ownerWords(ref, asked.place),
    ...(isAdult ? ['**for adults**'] : []),
    ...(greetings === 0 ? [] : [counted(greetings, 'greeting')]),
    ...(hasLorebook ? ['lorebook'] : []),
  ];
  const text = isOutOfPlace ? 'Shown in age-restricted channels only.' : escapeText(oneLine(about));
  const embed = {
    title: escapeText(clip(labelWords(persona), TITLE_MAX_LENGTH)),
    description: [marks.join(' · '), text].filter((line) => line !== '').join('\n'),
    ...(file ? { thumbnail: { url: `attachment://${file.name}` } } : {}),
  };
  return { embed, file };
}
