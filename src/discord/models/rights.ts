import { UserError } from '../../core/errors.ts';
import type { Person } from '../bot.ts';

/** @throws UserError that says what is missing; `what` begins the sentence. */
export function requireAdmin({ isAdmin }: Pick<Person, 'isAdmin'>, what: string): void {
  if (!isAdmin) throw new UserError('permission', `${what} needs the permission Manage Server.`);
}
