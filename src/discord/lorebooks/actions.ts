import { UserError } from '../../core/errors.ts';
import type { ButtonContext, OpeningContext } from '../button.ts';
import type { AttachedFile, CommandContext } from '../command.ts';
import type { ModalContext } from '../modal.ts';
import { announce } from '../models/announce.ts';
import { attachLorebook, detachLorebook, undoAttach } from './attach.ts';
import { answerImport, importLorebook } from './import-file.ts';
import { findLorebook, pressedLorebook } from './labels.ts';
import { showLorebooks } from './list-view.ts';
import { removeLorebook, restoreLorebook } from './remove.ts';
import { undoReplace } from './replace.ts';
import type { AttachScope } from './rights.ts';
import type { TestLimit } from './test-limit.ts';
import { readTestId, showTest, TEST_TEXT_MAX_LENGTH } from './test-view.ts';

const MODAL_TITLE = 'Test a lorebook';

export async function list(context: CommandContext): Promise<void> {
  await context.show(await showLorebooks(context));
}

export async function listPage(context: ButtonContext): Promise<void> {
  await context.show(await showLorebooks(context, Number(context.id)));
}

export async function importFile(context: CommandContext, file: AttachedFile): Promise<void> {
  await context.show(await importLorebook(context, file));
}

export async function answerQuestion(context: ButtonContext): Promise<void> {
  const { id: answer, interaction } = context;
  await context.show(await answerImport(context, { answer, message: interaction.message }));
}

export async function dropQuestion({ show }: ButtonContext): Promise<void> {
  await show('Nothing was stored.');
}

export async function undoReplaced(context: ButtonContext): Promise<void> {
  await context.show(await undoReplace(context, context.id));
}

/** The channel is told of a change; of none only the person who wanted it. */
export async function attach(context: CommandContext, typed: string): Promise<void> {
  const told = await attachLorebook(context, await findLorebook(context, typed), 'here');
  await (told.isChanged ? context.show(told) : context.showPrivately(told.text));
}

export async function detach(context: CommandContext, typed: string): Promise<void> {
  const told = await detachLorebook(context, typed);
  await (told.isChanged ? context.show(told) : context.showPrivately(told.text));
}

/** The message with the button stays as it is: it says what else there is to do. */
export async function attachPressed(context: ButtonContext, scope: AttachScope): Promise<void> {
  const told = await attachLorebook(context, await pressedLorebook(context, context.id), scope);
  if (!told.isChanged) throw new UserError('input', told.text);
  await announce(context, told);
}

export async function undo(context: ButtonContext): Promise<void> {
  await context.show(await undoAttach(context, context.id));
}

export async function remove(context: CommandContext, typed: string): Promise<void> {
  const { interaction } = context;
  const channelIds = [...(interaction.guild?.channels.cache.keys() ?? [])];
  const { toAll, ...view } = await removeLorebook(context, await findLorebook(context, typed), channelIds);
  await context.show(view);
  if (toAll !== undefined) await interaction.followUp({ content: toAll, allowedMentions: { parse: [] } });
}

export async function restore(context: ButtonContext): Promise<void> {
  await context.show(await restoreLorebook(context, context.id));
}

export async function test(
  context: CommandContext,
  { text, lorebook }: { text: string; lorebook?: string | undefined },
  limit: TestLimit,
) {
  const book = lorebook === undefined ? undefined : await findLorebook(context, lorebook);
  await context.show(await limit.run(() => showTest(context, { text, book })));
}

export async function openTestForm({ id, showModal }: OpeningContext): Promise<void> {
  await showModal({
    custom_id: `lorebook-test-text:${id}`,
    title: MODAL_TITLE,
    inputs: {
      text: {
        label: 'What somebody would say',
        placeholder: 'The dragon sleeps below the old tower.',
        isLong: true,
        isRequired: true,
        maxLength: TEST_TEXT_MAX_LENGTH,
      },
    },
  });
}

export async function testForm(context: ModalContext, limit: TestLimit): Promise<void> {
  const book = await pressedLorebook(context, context.id);
  await context.show(await limit.run(() => showTest(context, { text: context.fields['text'] ?? '', book })));
}

export async function testPage(context: ButtonContext, limit: TestLimit): Promise<void> {
  const { shortRef, page } = readTestId(context.id);
  const book = shortRef === undefined ? undefined : await pressedLorebook(context, shortRef);
  const text = context.interaction.message.embeds[0]?.description ?? '';
  await context.show(await limit.run(() => showTest(context, { text, book }, page)));
}
