// Categories arrive flat, parents first; pages want them as a tree.
import type { adminListCategories, Got } from '@jishi/contract';

export type Category = Got<typeof adminListCategories>['items'][number];
export type CategoryBranch = Category & { children?: CategoryBranch[] };

/** Builds the tree; leaves carry no `children`, as tables and cascaders expect. Orphans stand at the top, never lost. */
export function toTree(flat: readonly Category[]): CategoryBranch[] {
  const branches = new Map<string, CategoryBranch>(flat.map((category) => [category.id, { ...category }]));
  const roots: CategoryBranch[] = [];
  for (const branch of branches.values()) {
    const parent = branch.parentId === null ? undefined : branches.get(branch.parentId);
    if (parent) (parent.children ??= []).push(branch);
    else roots.push(branch);
  }
  return roots;
}

/** The ids of a category and everything below it: where it must not be moved. */
export function selfAndBelow(flat: readonly Category[], id: string): Set<string> {
  const found = new Set([id]);
  for (const category of flat) if (category.parentId !== null && found.has(category.parentId)) found.add(category.id);
  return found;
}
