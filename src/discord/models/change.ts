import type { Settings, SettingsScope } from '../../storage/settings.ts';
import type { Bot, Person } from '../bot.ts';

export type ChosenModel = NonNullable<Settings['model']>;

export interface Change {
  before: ChosenModel | undefined;
  after: ChosenModel | undefined;
  /** When it was made; Unix time in milliseconds. */
  at: number;
}

/** Sets the model of a channel or server, or with undefined removes what is set there. Unchanged if it is set already. */
export async function changeModel(
  bot: Pick<Bot, 'settings' | 'clock'>,
  scope: SettingsScope,
  { id, by, onlyIf }: { id: string | undefined; by: Person; onlyIf?: (current: ChosenModel | undefined) => boolean },
): Promise<Change> {
  const at = bot.clock.now();
  const { before, after } = await bot.settings.update(scope, (current) => {
    if (current.model?.id === id || onlyIf?.(current.model) === false) return current;
    const { model: _, ...rest } = current;
    return id === undefined ? rest : { ...rest, model: { id, by: { id: by.id, name: by.name }, at } };
  });
  return { before: before.model, after: after.model, at };
}

export function isChanged({ before, after }: Change): boolean {
  return before?.id !== after?.id;
}
