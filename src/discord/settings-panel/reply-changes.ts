import { parseSetting, type Sampling, type SettingName } from '../../core/sampling.ts';
import type { Settings } from '../../storage/settings.ts';
import { SETTING_NAMES, settingLabel, shownValue } from './reply-settings.ts';
import { keyOfScope, type Scope, scopeName } from './scopes.ts';
import type { Outcome, Panel } from './section.ts';

const NOTHING_CHANGED = 'Nothing was changed.';

/**
 * Takes over what was typed into these fields of a form; blank unsets.
 *
 * @throws UserError for the first value that cannot be used; nothing is changed then.
 */
export async function saveReplies(
  panel: Panel,
  scope: Scope,
  { names, fields }: { names: readonly SettingName[]; fields: Record<string, string> },
): Promise<Outcome> {
  const edited = names.filter((name) => fields[name] !== undefined);
  if (edited.length === 0) return { said: NOTHING_CHANGED };
  const typed = Object.fromEntries(edited.map((name) => [name, parseSetting(name, fields[name] ?? '')])) as Sampling;
  const { before, after } = await panel.bot.settings.update(keyOfScope(panel, scope), (current) =>
    withSampling(current, typed),
  );
  const changes = edited.flatMap((name) => {
    const [from, to] = [before, after].map(({ sampling = {} }) => shownValue(name, sampling) ?? 'not set');
    return from === to ? [] : [`- ${settingLabel(name)}: ${from} → ${to}`];
  });
  if (changes.length === 0) return { said: NOTHING_CHANGED };
  return { said: `**Saved** for ${scopeName(scope, panel.place)}:\n${changes.join('\n')}` };
}

/** Unsets everything of a scope, and keeps it aside. Returns what was set; undefined if nothing was. */
export async function resetReplies(panel: Panel, scope: Scope): Promise<SettingName[] | undefined> {
  const { before } = await panel.bot.settings.update(keyOfScope(panel, scope), (current): Settings => {
    if (!current.sampling) return current;
    const { sampling, ...rest } = current;
    return { ...rest, resetSampling: sampling };
  });
  const { sampling } = before;
  return sampling && SETTING_NAMES.filter((name) => sampling[name] !== undefined);
}

/** Brings back what the last reset unset, unless something was set since. */
export async function undoReset(panel: Panel, scope: Scope): Promise<Outcome> {
  const { before, after } = await panel.bot.settings.update(keyOfScope(panel, scope), (current) => {
    const { resetSampling, ...rest } = current;
    return current.sampling || !resetSampling ? current : { ...rest, sampling: resetSampling };
  });
  const where = scopeName(scope, panel.place);
  if (before.sampling) return { said: `Settings for ${where} were made since, so nothing was brought back.` };
  return { said: after.sampling ? `**Brought back** for ${where}.` : 'There is nothing to bring back.' };
}

/** What is set now stands; what an older reset took away is forgotten. */
function withSampling(current: Settings, typed: Sampling): Settings {
  return { ...current, sampling: { ...current.sampling, ...typed }, resetSampling: undefined };
}
