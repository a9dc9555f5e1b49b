import { append, type CallNode, type ClosingNode, type MacroNode } from './nodes.ts';

/**
 * Gives each macro that a closing one follows what stands between them. A closing macro belongs to the nearest open one
 * of its name, and whatever was opened after that has no scope; one that closes nothing is text.
 */
export function closeScopes(
  nodes: readonly (MacroNode | ClosingNode)[],
  canOpen: (node: CallNode) => boolean,
): MacroNode[] {
  const closed: MacroNode[] = [];
  const open: { node: CallNode; index: number }[] = [];
  const openCounts = new Map<string, number>();
  for (const node of nodes) {
    if (typeof node === 'string' || node.kind === 'variable') {
      append(closed, node);
    } else if (node.kind === 'call') {
      closed.push(node);
      if (!canOpen(node)) continue;
      open.push({ node, index: closed.length - 1 });
      openCounts.set(node.name, (openCounts.get(node.name) ?? 0) + 1);
    } else if (openCounts.get(node.name)) {
      for (let opener = open.pop(); opener; opener = open.pop()) {
        openCounts.set(opener.node.name, (openCounts.get(opener.node.name) ?? 0) - 1);
        if (opener.node.name !== node.name) continue;
        opener.node.scope = closed.splice(opener.index + 1);
        opener.node.end = node.end;
        break;
      }
    } else {
      append(closed, node.source);
    }
  }
  return closed;
}
