import { ButtonStyle } from 'discord.js';
import { UserError } from '../../core/errors.ts';
import type { Scene } from '../../storage/scenes.ts';
import { personName } from '../models/words.ts';
import type { SelectContext } from '../select.ts';
import type { Row, TextButton } from '../view.ts';
import { requireLeader, requirePlaying } from './scene-of.ts';

type Order = Scene['speaking'];

const ORDERS: Record<Order, { label: string; description: string; words: string }> = {
  natural: {
    label: 'Natural',
    description: 'Whoever is named, or feels like it',
    words: 'whoever is named, or feels like it, replies',
  },
  list: { label: 'In turn', description: 'All of them, one after the other', words: 'all reply, one after the other' },
  manual: {
    label: 'Only when asked',
    description: 'Nobody, until you press Speak',
    words: 'nobody replies until somebody presses Speak or types `/roleplay continue`',
  },
};
const CHOSEN_LINE = '\n-# Order: ';

const speakButton: TextButton = { label: 'Speak', style: ButtonStyle.Primary, custom_id: 'scene-cue:here' };

/** Who speaks when, to be chosen where several play; and the button that lets one of them speak. */
export function orderRows(scene: Scene | undefined): Row[] {
  if (!scene) return [];
  const isGroup = scene.personas.length > 1;
  const menu = {
    custom_id: 'scene-order:here',
    placeholder: 'Who speaks',
    options: Object.entries(ORDERS).map(([value, { label, description }]) => ({
      label,
      value,
      description,
      default: value === scene.speaking,
    })),
  };
  return [...(isGroup ? [menu] : []), ...(scene.speaking === 'manual' ? [[speakButton]] : [])];
}

/** Changes who speaks when; the message with the menu says so to all. */
export async function chooseOrder(context: SelectContext): Promise<void> {
  const { bot, person, place, values, show, interaction } = context;
  requireLeader(await requirePlaying(context), context, 'choose who speaks when');
  const [order] = values;
  if (!isOrder(order)) {
    throw new UserError(
      'input',
      'This menu is from an older version of the bot. A new one stands below what `/roleplay invite` and `leave` say.',
    );
  }
  const { after } = await bot.scenes.update(place.channelId, (scene) => scene && { ...scene, speaking: order });
  const [text] = interaction.message.content.split(CHOSEN_LINE);
  await show({
    text: `${text ?? ''}${CHOSEN_LINE}${ORDERS[order].words} (${personName(person.name)})`,
    embeds: [],
    rows: orderRows(after),
  });
}

function isOrder(value: string | undefined): value is Order {
  return value !== undefined && Object.hasOwn(ORDERS, value);
}
