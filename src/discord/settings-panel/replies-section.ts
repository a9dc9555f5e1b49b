import { ButtonStyle } from 'discord.js';
import { DEFAULT_SAMPLING, type SettingName } from '../../core/sampling.ts';
import type { TextButton } from '../view.ts';
import { resetReplies, saveReplies, undoReset } from './reply-changes.ts';
import { REPLY_FORMS, SETTING_NAMES, settingHelp, settingInput, settingLabel, shownValue } from './reply-settings.ts';
import { keyOfScope, readScope, type Scope, scopeLabel, scopeName, scopesOf } from './scopes.ts';
import { controlId, type Form, orReason, type Panel, type Section } from './section.ts';

/** How answers are drawn, for a channel or the whole server. */
export const repliesSection: Section = {
  label: 'Answers',
  async summary(panel) {
    const counts = await Promise.all(
      scopesOf(panel.place).map(async (scope) => {
        const { sampling = {} } = await panel.bot.settings.read(keyOfScope(panel, scope));
        const count = SETTING_NAMES.filter((name) => sampling[name] !== undefined).length;
        return count === 0 ? [] : [`${count} set for ${scopeName(scope, panel.place)}`];
      }),
    );
    return counts.flat().join(', ') || 'as recommended';
  },
  async view(panel, detail) {
    const { place } = panel;
    const scope = readScope(place, detail);
    const order = scopesOf(place).map((each) => scopeName(each, place));
    const set = await describeScope(panel, scope);
    return {
      text: [
        '**Answers** · how the model writes',
        `The nearest setting counts: ${order.join(', else ')}, else the recommended one. In force here:`,
        await orReason(describeInForce(panel)),
        `Set for ${scopeName(scope, place)}: ${set.join(', ') || 'nothing'}. The buttons below change this.`,
      ].join('\n'),
      rows: [
        scopesOf(place).map((each) => ({
          label: scopeLabel(each, place),
          style: each === scope ? ButtonStyle.Primary : ButtonStyle.Secondary,
          custom_id: controlId.view('replies', each),
          disabled: each === scope,
        })),
        [
          ...Object.entries(REPLY_FORMS).map(
            ([form, { label }]): TextButton => ({
              label,
              style: ButtonStyle.Secondary,
              custom_id: controlId.form('replies', form, scope),
            }),
          ),
          {
            label: 'Reset',
            style: ButtonStyle.Secondary,
            custom_id: controlId.action('replies', 'reset', scope),
            disabled: set.length === 0,
          },
        ],
      ],
    };
  },
  actions: {
    async reset(panel, detail) {
      const scope = readScope(panel.place, detail);
      const removed = await resetReplies(panel, scope);
      if (!removed) return { said: `Nothing is set for ${scopeName(scope, panel.place)}.` };
      return {
        said: `**Reset.** Removed for ${scopeName(scope, panel.place)}: ${removed.map(settingLabel).join(', ')}.`,
        rows: [
          [
            {
              label: 'Undo reset',
              style: ButtonStyle.Secondary,
              custom_id: controlId.action('replies', 'undo', scope),
            },
          ],
        ],
      };
    },
    undo: (panel, detail) => undoReset(panel, readScope(panel.place, detail)),
  },
  forms: {
    sampling: replyForm(REPLY_FORMS.sampling.names),
    more: replyForm(REPLY_FORMS.more.names),
  },
};

function replyForm(names: readonly SettingName[]): Form {
  return {
    async open(panel, detail) {
      const scope = readScope(panel.place, detail);
      const { sampling = {} } = await panel.bot.settings.read(keyOfScope(panel, scope));
      return {
        title: `Answers: ${scopeName(scope, panel.place)}`,
        inputs: Object.fromEntries(names.map((name) => [name, settingInput(name, sampling)])),
      };
    },
    save: (panel, detail, fields) => saveReplies(panel, readScope(panel.place, detail), { names, fields }),
  };
}

async function describeInForce({ bot, place }: Panel): Promise<string> {
  const { sampling, samplingOrigins } = await bot.choices.of(place);
  const lines = SETTING_NAMES.map((name) => {
    const origin = samplingOrigins[name] ?? 'default';
    const recommended = shownValue(name, DEFAULT_SAMPLING);
    const value = shownValue(name, sampling);
    const shown = value === undefined ? (name === 'stop' ? 'none' : 'the API’s own') : `**${value}**`;
    const line = `- ${settingLabel(name)} (${settingHelp(name)}): ${shown}`;
    if (origin === 'default') return recommended === undefined ? line : `${line} · recommended`;
    return `${line} · ${scopeName(origin, place)}${recommended === undefined ? '' : ` (recommended ${recommended})`}`;
  });
  return lines.join('\n');
}

/** What is set for one scope, setting by setting. */
async function describeScope(panel: Panel, scope: Scope): Promise<string[]> {
  const { sampling = {} } = await panel.bot.settings.read(keyOfScope(panel, scope));
  return SETTING_NAMES.flatMap((name) => {
    const value = shownValue(name, sampling);
    return value === undefined ? [] : [`${settingLabel(name)} ${value}`];
  });
}
