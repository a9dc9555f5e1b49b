import { isAlive } from '../interaction-answers.ts';
import type { Interaction, Modal } from '../model.ts';
import { type ShownMessage, showMessage } from '../shown.ts';
import type { Simulation } from '../simulation.ts';
import { type WaitOptions, waitUntil } from './wait.ts';

/** What became of an interaction, as the person who started it sees it. */
export interface InteractionHandle {
  id: string;
  /** Rejects when the app "did not respond". `type` is the callback type, 4 to 9. */
  acknowledged: Promise<{ type: number; afterMs: number }>;
  /** The client says "did not respond". */
  readonly failed: boolean;
  /** The original answer and the follow-ups that still exist, oldest first. */
  messages(): ShownMessage[];
  readonly modal: Modal | undefined;
  /** Waits for what `predicate` finds in `messages()`. */
  waitFor<T>(predicate: (messages: ShownMessage[]) => T | undefined | false | null, options?: WaitOptions): Promise<T>;
}

/** The record behind a handle, for `submitModal`. */
export const interactionRecords = new WeakMap<InteractionHandle, Interaction>();

export function createInteractionHandle(simulation: Simulation, interaction: Interaction): InteractionHandle {
  const messages = () =>
    interaction.messages
      .filter((message) => isAlive(simulation, message))
      .map((message) => showMessage(simulation.world, message));
  const handle: InteractionHandle = {
    id: interaction.id,
    acknowledged: interaction.answered.promise,
    get failed() {
      return interaction.failed;
    },
    get modal() {
      return interaction.modal;
    },
    messages,
    waitFor: (predicate, options) =>
      waitUntil(simulation, () => predicate(messages()), {
        ...options,
        describe: () =>
          `interaction ${interaction.id}, ${stateOf(interaction)}, shows ${JSON.stringify(messages(), undefined, 2)}`,
      }),
  };
  return handle;
}

function stateOf({ failed, acknowledgement }: Interaction): string {
  if (failed) return '"the application did not respond"';
  return acknowledgement ? `acknowledged with type ${acknowledgement.type}` : 'not acknowledged';
}
