import { ButtonStyle } from 'discord.js';
import type { ContextSource, Model } from '../../models/catalog.ts';
import type { Person } from '../bot.ts';
import type { TextButton, View } from '../view.ts';
import { ownChoiceButtons } from './list-view.ts';
import { modelKey } from './model-key.ts';
import { isForMembers, isServerDefault, missingWords, type PlaceModels, whyWords } from './place-models.ts';
import { downWords, grouped, modelName, placeName, secondsWords } from './words.ts';

const SOURCES: Record<ContextSource, string> = {
  admin: 'set by this server’s admins',
  learned: 'named by the API when it refused a longer prompt',
  api: 'told by the API with its list',
  table: 'Infermatic’s table',
  default: 'assumed, because nothing says it',
};

/** Everything about one model. `model` is as it answers in the place, what its server's admins set included. */
export function infoView(known: PlaceModels, model: Model, person: Pick<Person, 'isAdmin'>): View {
  const text = [
    `**${modelName(model.id)}**${model.family === 'unknown' ? '' : `, of the family ${model.family}`}`,
    ...standingLines(known, model),
    '',
    ...contextLines(model),
    `**Tokens**: ${tokenizerWords(model)}`,
    `**Template**: ${templateWords(model)}`,
    `**Pictures**: ${model.takesPictures ? 'yes, with `/ask` and `file`' : 'no'}`,
    `**Thinking**: ${model.isThinking ? 'yes, before it answers' : 'no'}`,
    `**State**: ${stateWords(known, model)}`,
  ].join('\n');
  return { text, rows: [buttons(known, model, person)] };
}

function standingLines(known: PlaceModels, model: Model): string[] {
  const { choice, levels, place } = known;
  const missing = missingWords(choice, place);
  const isHere = choice.model.id === model.id;
  return [
    ...(isHere ? [`It answers in ${placeName(place)}: ${whyWords(choice, levels, place)}.`] : []),
    ...(isHere && missing !== '' ? [missing] : []),
    ...(isServerDefault(known, model.id) && choice.origin !== 'server' ? ['It is the server’s default.'] : []),
    ...(isForMembers(known, model.id) ? [] : ['Members of this server may not pick it.']),
  ];
}

function contextLines({ contextLength, contextLengths }: Model): string[] {
  const [inForce] = contextLengths;
  return [
    `**Context length**: ${grouped(contextLength)} tokens, prompt and answer together`,
    ...contextLengths.map((known) => {
      const told = `${grouped(known.contextLength)}: ${SOURCES[known.source]}`;
      if (known === inForce) return `- **${told}** (in force)`;
      return known.source === 'admin' ? `- ${told}, but the API has refused so many since` : `- ${told}`;
    }),
  ];
}

function tokenizerWords({ tokenizer }: Model): string {
  return tokenizer.isExact ? 'counted exactly' : 'estimated, and corrected by what the API counts';
}

function templateWords({ roles }: Model): string {
  const system = roles.system
    ? 'takes instructions as a system message'
    : 'takes no system message, so instructions go into the first message';
  const order = {
    merge: 'messages of one side in a row are joined',
    semi: 'messages of one side in a row are joined, and later instructions go among the members’ messages',
    strict: 'member and model must take turns, beginning with the member',
  };
  return `${system}; ${order[roles.mode]}`;
}

function stateWords({ stateOf }: PlaceModels, { id }: Model): string {
  const state = stateOf(id);
  const firstWord =
    state.firstTextMs === undefined ? '' : `; its first word comes after about ${secondsWords(state.firstTextMs)}`;
  switch (state.state) {
    case 'up':
      return `up${firstWord}`;
    case 'down':
      return downWords(state);
    case 'unknown':
      return `not asked within the last hour${firstWord}`;
  }
}

function buttons(known: PlaceModels, model: Model, { isAdmin }: Pick<Person, 'isAdmin'>): TextButton[] {
  const key = modelKey(model.id);
  const { choice, levels, place } = known;
  const button = (label: string, action: string, style: TextButton['style'] = ButtonStyle.Secondary): TextButton => ({
    label,
    style,
    custom_id: `${action}:${key}`,
  });
  const isHere = choice.model.id === model.id;
  const ownOff = isHere && levels[0]?.inForce === true ? ownChoiceButtons(known, key) : [];
  return [
    ...(!isHere && (isAdmin || isForMembers(known, model.id))
      ? [button('Use here', 'model-use', ButtonStyle.Primary)]
      : []),
    ...ownOff,
    ...(isAdmin && !isServerDefault(known, model.id) ? [button('Make server default', 'model-default')] : []),
    ...(isAdmin && place.guildId !== undefined ? [button('Set context length', 'model-context')] : []),
  ];
}
