// What a column is, so that a page's columns.ts is a plain list.

export type Column<Row> = {
  key: string;
  label: string;
  width?: number;
  minWidth?: number;
  align?: 'left' | 'right' | 'center';
  /** The cell as text; a slot named `cell-<key>` draws more. */
  text?: (row: Row) => string;
  /** Not shown until somebody asks for it. */
  isHidden?: boolean;
  /** Cannot be hidden. */
  isFixed?: boolean;
  /** One line; the rest appears under the pointer. */
  isCut?: boolean;
};
