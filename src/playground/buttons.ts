import type { ShownMessage } from '../simulator/discord/index.ts';

/** The labels of the buttons that can be pressed below a message. */
export function buttonLabels({ components }: Pick<ShownMessage, 'components'>): string[] {
  return components.flatMap((row) => {
    const inside = (row['components'] ?? []) as { label?: string }[];
    return inside.flatMap(({ label }) => (label ? [label] : []));
  });
}

/**
 * The button that is meant by what was typed: the newest of exactly this label, else the first one below the newest
 * message that has some whose label begins with it, or else contains it. Case does not matter.
 */
export function findButton(
  messages: readonly ShownMessage[],
  typed: string,
): { message: ShownMessage; label: string } | undefined {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return undefined;
  const newestFirst = messages.toReversed().map((message) => ({ message, labels: buttonLabels(message) }));
  const named = (test: (label: string) => boolean) =>
    newestFirst.flatMap(({ message, labels }) => {
      const label = labels.find((candidate) => test(candidate.toLowerCase()));
      return label === undefined ? [] : [{ message, label }];
    })[0];
  const containing = named((label) => label.includes(wanted));
  const beginning = buttonLabels(containing?.message ?? { components: [] }).find((label) =>
    label.toLowerCase().startsWith(wanted),
  );
  return named((label) => label === wanted) ?? (containing && { ...containing, label: beginning ?? containing.label });
}
