import { ComponentType } from 'discord.js';
import { UserError } from '../../core/errors.ts';
import type { ButtonContext } from '../button.ts';
import { ago, personName } from '../models/words.ts';
import type { TextButton } from '../view.ts';

/** More of them are not kept below a report. */
const NOTES_MAX = 6;

/**
 * Rights are those of this press, in the channel of the reports. Only a button that Discord itself shows below the report
 * counts: its custom id names a place, which would else be anybody's.
 *
 * @throws UserError
 */
export function requireHandler({ person, place, interaction }: ButtonContext): void {
  if (place.guildId === undefined || !person.isModerator) {
    throw new UserError('permission', 'Reports are for moderators: this needs the permission Manage Messages.');
  }
  if (!buttonsBelow(interaction).some(({ custom_id: customId }) => customId === interaction.customId)) {
    throw new UserError('missing', 'Somebody else has just done this.');
  }
}

/** Notes in the report what was done, and by whom; `instead` stands in the place of the button that was pressed. */
export async function noteHandled(
  { bot, person, interaction, show }: ButtonContext,
  what: string,
  instead: TextButton[] | 'no buttons',
): Promise<void> {
  const { message, customId } = interaction;
  const [head = '', ...notes] = message.content.split('\n');
  const note = `-# ${what} by ${personName(person.name)} ${ago(bot.clock.now())}`;
  await show({
    text: [head, ...[...notes, note].slice(-NOTES_MAX)].join('\n'),
    embeds: message.embeds.map(({ title, description, fields }) => ({
      ...(title === null ? {} : { title }),
      ...(description === null ? {} : { description }),
      fields: fields.map(({ name, value }) => ({ name, value })),
    })),
    rows:
      instead === 'no buttons'
        ? []
        : [buttonsBelow(interaction).flatMap((button) => (button.custom_id === customId ? instead : [button]))],
  });
}

function buttonsBelow({ message }: ButtonContext['interaction']): TextButton[] {
  return message.components.flatMap((row) => {
    if (row.type !== ComponentType.ActionRow) return [];
    return row.components.flatMap((component) => {
      if (component.type !== ComponentType.Button) return [];
      const { customId, label, style } = component;
      if (customId === null || label === null) return [];
      return [{ custom_id: customId, label, style: style as TextButton['style'] }];
    });
  });
}
