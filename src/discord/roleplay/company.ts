import { UserError } from '../../core/errors.ts';
import { clip } from '../../core/text.ts';
import type { CommandContext } from '../command.ts';
import { personName } from '../models/words.ts';
import { groupGreetings } from './greetings.ts';
import { introduction } from './opening.ts';
import { orderRows } from './order.ts';
import { playerOf, requireLeader, requirePersona, requirePlaying } from './scene-of.ts';
import { DELETED } from './suggest.ts';
import { toldAside } from './told-aside.ts';

type Context = Pick<CommandContext, 'bot' | 'person' | 'place' | 'show' | 'interaction'>;

/** As many as a menu of Discord has options. */
export const COMPANY_MAX = 25;

/** Another persona joins, and greets those who are there if it knows how. */
export async function invite(context: Context, typed: string): Promise<void> {
  const { bot, person, place, show, interaction } = context;
  requireLeader(await requirePlaying(context), context, 'bring personas in');
  const { speaker, summary } = await requirePersona(context, typed);
  const { after } = await bot.scenes.update(place.channelId, (scene) => {
    if (!scene) return scene;
    if (scene.personas.includes(speaker.ref)) {
      throw new UserError('input', `${personName(speaker.name)} plays here already.`);
    }
    if (scene.personas.length >= COMPANY_MAX) {
      throw new UserError('input', `${COMPANY_MAX} personas play here, as many as there can be. Let one go first.`);
    }
    return { ...scene, personas: [...scene.personas, speaker.ref] };
  });
  const { members } = await bot.casting.of(place);
  const { text, embeds, files } = await introduction(bot, { speaker, about: summary.about }, interaction);
  const lines = [
    `${personName(person.name)} brought ${personName(speaker.name)} in. Here play: ${listed(members)}.`,
    text,
  ];
  await show({ text: lines.filter((line) => line !== '').join('\n'), embeds, files, rows: orderRows(after) });
  const versions = groupGreetings(speaker.persona);
  if (versions.length === 0) return;
  const speech = { where: place, person: await playerOf(context), speaker, members, versions, index: 0 };
  await toldAside(interaction, bot.asking.recite(speech));
}

/** A persona goes; the last one stays, because without it there is no roleplay. */
export async function leave(context: Context, typed: string): Promise<void> {
  const { bot, person, place, show } = context;
  requireLeader(await requirePlaying(context), context, 'send personas away');
  const { members, missing } = await bot.casting.of(place);
  const wanted = fold(typed);
  const leaving =
    members.find(({ ref, name }) => ref === typed || fold(name) === wanted) ??
    members.find(({ persona }) => fold(persona.name) === wanted);
  const refs = leaving ? [leaving.ref] : wanted === DELETED ? missing : [];
  if (refs.length === 0) {
    throw new UserError(
      'missing',
      `${personName(clip(typed, 100))} does not play here. Here play: ${listed(members)}.`,
    );
  }
  const { after } = await bot.scenes.update(place.channelId, (scene) => {
    if (!scene) return scene;
    const staying = scene.personas.filter((ref) => !refs.includes(ref));
    if (!staying.some((ref) => !missing.includes(ref))) {
      throw new UserError(
        'input',
        'The last persona cannot leave. `/roleplay end` ends the roleplay, or bring another one in first.',
      );
    }
    return { ...scene, personas: staying };
  });
  const rest = members.filter(({ ref }) => !refs.includes(ref));
  const gone = leaving ? personName(leaving.name) : 'the deleted personas';
  const text = `${personName(person.name)} sent ${gone} away. Here ${rest.length === 1 ? 'plays' : 'play'}: ${listed(rest)}.`;
  await show({ text, rows: orderRows(after) });
}

function listed(members: readonly { name: string }[]): string {
  return members.map(({ name }) => personName(name)).join(', ') || 'nobody';
}

function fold(name: string): string {
  return name.trim().toLowerCase();
}
