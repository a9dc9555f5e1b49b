import { UserError } from '../core/errors.ts';
import { type Asker, LimitReached } from '../throttle/queue.ts';
import type { Choice } from './choices.ts';
import { explainLimit } from './explain.ts';
import type { Upstream } from './upstreams.ts';

const SHOWN_MODELS = 10;

/**
 * Keeps room in the line, until the returned function is called.
 *
 * @throws UserError with the time at which there is room again, if the caps that an admin set leave none
 */
export function reserveRoom({ throttle }: Upstream, asker: Asker, { caps }: Choice): () => void {
  try {
    return throttle.reserve(asker, caps);
  } catch (error) {
    throw error instanceof LimitReached ? new UserError('unavailable', explainLimit(error)) : error;
  }
}

/** @throws UserError that names models which can look at pictures, if the model cannot */
export function requireEyes({ catalog }: Upstream, { model }: Choice): void {
  if (model.takesPictures) return;
  const able = catalog.list().filter(({ takesPictures }) => takesPictures);
  const shown = able.slice(0, SHOWN_MODELS).map(({ id }) => `\`${id}\``);
  const remedy =
    able.length === 0
      ? 'None of the models here can: ask without the picture.'
      : `Choose one that can with the option \`model\`: ${shown.join(', ')}.`;
  throw new UserError('input', `\`${model.id}\` cannot look at pictures. ${remedy}`);
}
