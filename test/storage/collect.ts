/** Everything that an iterable gives, each thing changed by `change` if there is one. */
export async function collect<T, U = T>(items: AsyncIterable<T>, change?: (item: T) => U): Promise<U[]> {
  const collected: U[] = [];
  for await (const item of items) collected.push(change ? change(item) : (item as unknown as U));
  return collected;
}
