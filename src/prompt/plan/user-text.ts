import type { PlanRequest } from '../plan.ts';

/** A text that tells of the user, its macros resolved; what a member wrote stays as it is. */
export function userText(text: string, { user, macros }: Pick<PlanRequest, 'user' | 'macros'>): string {
  return user.isLiteral ? text : macros.expand(text);
}
