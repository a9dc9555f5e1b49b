import type { Here, InteractionHandle, ShownMessage } from '../../src/simulator/discord/index.ts';

/** The answer of an interaction, once it is there. */
export function answerOf(interaction: InteractionHandle): Promise<ShownMessage> {
  return interaction.waitFor((messages) => messages.find(({ loading }) => !loading));
}

/** The message as it is once it has been changed again. */
export function changed(here: Here, { id, revisions }: ShownMessage): Promise<ShownMessage> {
  return here.waitFor((messages) => messages.find((one) => one.id === id && one.revisions > revisions));
}

/** Opens `/settings`, at one of its sections if one is named. */
export async function openPanel(here: Here, section?: string): Promise<ShownMessage> {
  const panel = await answerOf(await here.slash('settings'));
  return section === undefined ? panel : press(here, panel, section);
}

/** Presses a button of the panel; gives the panel as it is afterwards. */
export async function press(here: Here, panel: ShownMessage, label: string): Promise<ShownMessage> {
  const before = asItIs(here, panel);
  await here.click(panel, label);
  return changed(here, before);
}

function asItIs(here: Here, panel: ShownMessage): ShownMessage {
  return here.messages().find(({ id }) => id === panel.id) ?? panel;
}

/** Opens a form of the panel, fills it in and submits it. */
export async function fill(
  here: Here,
  panel: ShownMessage,
  [label, fields]: [label: string, fields: Record<string, string>],
): Promise<InteractionHandle> {
  const opened = await here.click(panel, label);
  await opened.acknowledged;
  return here.submitModal(opened, fields);
}

/** The same, and the panel as it is afterwards. */
export async function save(here: Here, panel: ShownMessage, form: Parameters<typeof fill>[2]): Promise<ShownMessage> {
  const before = asItIs(here, panel);
  await fill(here, panel, form);
  return changed(here, before);
}

/** What a person is told, to them alone, instead of a changed panel. */
export async function toldBy(interaction: InteractionHandle): Promise<string> {
  return (await interaction.waitFor((messages) => messages.find(({ ephemeral, loading }) => ephemeral && !loading)))
    .content;
}

/** The values that stand in the fields of an opened form. */
export function standing({ modal }: InteractionHandle): Record<string, unknown> {
  const inputs = (modal?.components ?? []).map(({ component }) => component as Record<string, unknown>);
  return Object.fromEntries(inputs.map(({ custom_id: name, value }) => [name, value ?? '']));
}

/** Labels of the buttons below a panel, row by row; those that are disabled in brackets. */
export function rowsOf({ components }: ShownMessage): string[] {
  return components.map((row) =>
    (row['components'] as { label: string; disabled?: boolean }[])
      .map(({ label, disabled }) => (disabled ? `[${label}]` : label))
      .join(' | '),
  );
}
