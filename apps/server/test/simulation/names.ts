// What the people of a story call the things in it: `order12` is the order that was placed in step 12.

import { stepNow } from './now.ts';

export type Names = {
  /** Gives the thing its name by the step in which it was born, unless it has one already. */
  give(kind: string, id: string, name?: string): string;
  idOf(name: string): string;
  /** Undefined for what was born without anybody noticing. */
  nameOf(id: string): string | undefined;
  /** All names of a kind, in the order of birth. */
  all(kind: string): readonly string[];
  knows(name: string): boolean;
};

export function createNames(): Names {
  const ids = new Map<string, string>();
  const names = new Map<string, string>();
  const kinds = new Map<string, string[]>();
  return {
    give: (kind, id, wished = `${kind}${stepNow().n}`) => {
      const known = names.get(id);
      if (known !== undefined) return known;
      let name = wished;
      for (let more = 2; ids.has(name); more += 1) name = `${wished}x${more}`;
      ids.set(name, id);
      names.set(id, name);
      kinds.set(kind, [...(kinds.get(kind) ?? []), name]);
      return name;
    },
    idOf: (name) => {
      const id = ids.get(name);
      if (id === undefined) throw new Nameless(name);
      return id;
    },
    nameOf: (id) => names.get(id),
    all: (kind) => kinds.get(kind) ?? [],
    knows: (name) => ids.has(name),
  };
}

/** Nobody of this name was born in this telling of the story: what was to be done with it is left out. */
export class Nameless extends Error {}
