/** What a prompt is for, in SillyTavern's words: prompts and lore entries may hold for some kinds only. */
export type GenerationKind = 'normal' | 'continue' | 'swipe' | 'regenerate' | 'impersonate' | 'quiet';
