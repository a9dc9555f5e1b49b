import type { ButtonAction } from '../button.ts';
import type { CommandContext } from '../command.ts';
import type { ModalAction } from '../modal.ts';
import { createReportLimit } from './report-limit.ts';

/** What is behind `/report`; most of it is loaded when somebody reports something. */
export interface ReportRoom {
  report(context: CommandContext, reported: { message: string | undefined; reason: string | undefined }): Promise<void>;
  buttons: Record<string, ButtonAction>;
  modals: Record<string, ModalAction>;
}

const sending = () => import('./send.ts');
const handling = () => import('./handle.ts');

export function createReportRoom(): ReportRoom {
  const limit = createReportLimit();
  return {
    report: async (context, reported) => (await sending()).reportByCommand(context, reported, limit),
    buttons: {
      'report-delete': {
        answers: 'update',
        execute: async (context) => (await handling()).deleteReported(context),
      },
      'report-restore': {
        answers: 'update',
        execute: async (context) => (await handling()).restoreReported(context),
      },
      'report-off': { answers: 'update', execute: async (context) => (await handling()).switchReportedOff(context) },
      'report-done': { answers: 'update', execute: async (context) => (await handling()).markDone(context) },
    },
    modals: {
      'report-send': {
        answers: 'private',
        execute: async (context) => (await sending()).reportByForm(context, limit),
      },
    },
  };
}
