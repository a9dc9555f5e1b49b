import type { PlannedMessage, PlanRequest } from '../plan.ts';

/** What stands behind all else: it says what the reply is for. */
export function tailOf(request: PlanRequest, hasHistory: boolean): PlannedMessage[] {
  const { preset, generation, macros, quietPrompt = '' } = request;
  const texts = [
    ...(generation === 'continue' && !preset.continuePrefill && hasHistory ? [continueNudge(request)] : []),
    ...(generation === 'impersonate' ? [macros.expand(preset.texts.impersonation)] : []),
    macros.expand(quietPrompt),
  ];
  return texts.filter((content) => content !== '').map((content) => ({ role: 'system', content }));
}

function continueNudge({ preset, macros, continuedText = '' }: PlanRequest): string {
  return macros.expand(preset.texts.continueNudge, { extras: { lastChatMessage: continuedText.trim() } });
}
