import { StartError } from '../../core/errors.ts';
import type { PlannedMessage } from '../../prompt/plan.ts';
import type { PromptCase } from './case.ts';
import { caseMacros } from './case-macros.ts';
import type { CaseCharacter } from './character.ts';
import type { Conversation } from './conversation.ts';
import { expandGreeting, greetingsOf } from './greetings.ts';
import { planGroup } from './group.ts';
import type { RequestTools } from './request.ts';
import { runSlash } from './slash.ts';
import { type Replay, STEPS } from './steps.ts';

/** The messages of every request that the steps lead to, by step. @throws StartError for a step that is not known */
export async function replayCase(promptCase: PromptCase, tools: RequestTools): Promise<PlannedMessage[][][]> {
  const conversation: Conversation = {
    messages: promptCase.chat ?? greetingsOf(promptCase, tools.random),
    isOpen: false,
    outlets: {},
    timed: { sticky: {}, cooldown: {}, matched: [] },
    variables: promptCase.variables,
    injected: [],
    requests: 0,
  };
  expandGreetings(promptCase, conversation, tools);
  const all: PlannedMessage[][][] = [];
  for (const [stepIndex, step] of promptCase.steps.entries()) {
    const replay: Replay = { promptCase, conversation, step, stepIndex, tools, requests: [] };
    const run = step.operation === 'slash' ? runSlash : STEPS[step.operation];
    if (!run) throw new StartError(`Step ${stepIndex + 1} has an operation that is not known: “${step.operation}”.`);
    await run(replay);
    all.push(replay.requests);
  }
  return all;
}

function expandGreetings(promptCase: PromptCase, conversation: Conversation, tools: RequestTools): void {
  const { characters, chat, group } = promptCase;
  const greetings = chat ? conversation.messages.slice(0, 1) : conversation.messages;
  for (const message of greetings.filter(({ isUser }) => !isUser)) {
    const speaker: CaseCharacter | undefined =
      characters.find(({ persona }) => persona.name === message.name) ?? characters[0];
    if (!speaker) continue;
    const speech = { speaker, messages: [], history: [] };
    expandGreeting(
      message,
      caseMacros({
        promptCase,
        conversation,
        speech,
        group: planGroup(group),
        generation: 'normal',
        outlets: {},
        ...tools,
      }),
    );
  }
}
