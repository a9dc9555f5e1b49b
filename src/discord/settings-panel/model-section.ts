import type { Level } from '../../chat/choices.ts';
import { ago, modelName, personName } from '../models/words.ts';
import { scopeLabel, scopeName } from './scopes.ts';
import { orReason, type Panel, type Section } from './section.ts';

/** Which model answers here, and why; it is chosen with `/models`. */
export const modelSection: Section = {
  label: 'Model',
  summary: ({ bot, place }) =>
    orReason(
      bot.choices.levels(place).then((levels) => {
        const level = levels.find(({ inForce }) => inForce);
        return level?.modelId === undefined
          ? 'none yet'
          : `${modelName(level.modelId)} · ${scopeName(level.origin, place)}`;
      }),
    ),
  view: async (panel) => ({
    text: [
      '**Model** · who answers here',
      'The first of these that is chosen and still served answers:',
      await orReason(describeLevels(panel)),
      'Choose with `/models use` for this place, with `/models default` for the whole server.',
    ].join('\n'),
  }),
};

async function describeLevels({ bot, place }: Panel): Promise<string> {
  const levels = await bot.choices.levels(place);
  const inForce = levels.findIndex((level) => level.inForce);
  const lines = levels.map((level, index) => {
    const isPassedOver = level.modelId !== undefined && index < inForce;
    const note = level.inForce ? ' ← **answers here**' : isPassedOver ? ' (not served any more)' : '';
    return `- ${scopeLabel(level.origin, place)}: ${describeLevel(level)}${note}`;
  });
  return lines.join('\n');
}

function describeLevel({ modelId, setBy, at }: Level): string {
  if (modelId === undefined) return 'nothing chosen';
  const by = setBy === undefined ? '' : `, by ${personName(setBy)}`;
  return `${modelName(modelId)}${by}${at === undefined ? '' : ` ${ago(at)}`}`;
}
