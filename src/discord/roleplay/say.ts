import { clip } from '../../core/text.ts';
import type { OpeningContext } from '../button.ts';
import { isOutOfCharacter } from '../messages.ts';
import type { ModalContext } from '../modal.ts';
import { personName } from '../models/words.ts';
import { sayButton } from './opening.ts';
import { playerOf, requirePlaying } from './scene-of.ts';

// With the name above it, it fits one message.
const TEXT_MAX_LENGTH = 1_700;
const NAME_MAX_LENGTH = 80;

/** A form for words that the bot could not read in a message. */
export async function openSayForm(context: OpeningContext): Promise<void> {
  await requirePlaying(context);
  await context.showModal({
    custom_id: 'scene-said:here',
    title: 'Speak in the story',
    inputs: { text: { label: 'What you say or do', isLong: true, isRequired: true, maxLength: TEXT_MAX_LENGTH } },
  });
}

/** Shows everybody what was typed, and lets the personas reply to it. */
export async function say(context: ModalContext): Promise<void> {
  const { bot, person, place, fields } = context;
  await requirePlaying(context);
  const text = (fields['text'] ?? '').trim();
  if (text === '') return;
  const { name } = await playerOf(context);
  const id = await bot.post(place.channelId, {
    text: `> ${personName(clip(name, NAME_MAX_LENGTH))}\n${text}`,
    rows: [[sayButton]],
  });
  if (isOutOfCharacter(text)) return;
  await bot.asking.inScene({ where: place, person, text, discordMessageIds: [id] });
}
