import type { MacroContext } from '../../../src/prompt/macros.ts';

/** Robin speaks with Wren, at 14:05:09 on Monday, November 23, 2026, an hour east of UTC. */
export function macroContext(changes: Partial<MacroContext> = {}): MacroContext {
  return {
    user: 'Robin',
    char: 'Wren',
    fields: {},
    greetings: [],
    chat: { lastMessage: '', lastUserMessage: '', lastCharMessage: '', allChatRange: '' },
    variables: { local: new Map(), global: new Map() },
    now: Date.UTC(2026, 10, 23, 13, 5, 9, 42),
    utcOffsetMinutes: 60,
    random: () => 0.5,
    chatId: 'chat',
    environment: { model: 'a-model', maxPrompt: 7892, maxContext: 8192, maxResponse: 300, generation: 'normal' },
    outlets: {},
    input: '',
    ...changes,
  };
}
