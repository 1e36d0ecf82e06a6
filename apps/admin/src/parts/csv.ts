// Rows as a file that Excel opens: marked as UTF-8, and nothing in it can run as a formula.

const MARK = '\uFEFF';
/** A cell that begins so would be computed by the spreadsheet; a customer may have typed it. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^-?\d+(\.\d+)?$/;
/** More digits than a spreadsheet keeps exactly: order numbers would lose their end. */
const DIGITS_MAX = 15;

function cell(text: string): string {
  const isLongNumber = /^\d+$/.test(text) && text.length > DIGITS_MAX;
  const isSafe = NUMBER.test(text) ? !isLongNumber : !FORMULA.test(text);
  // A tab in front keeps it text, is not seen, and is the least that people have to remove.
  const plain = isSafe ? text : isLongNumber ? `\t${text}` : `'${text}`;
  return /[",\r\n\t]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

export const csvLine = (cells: readonly string[]): string => `${cells.map(cell).join(',')}\r\n`;

/** A whole file from its lines. */
export const csvFile = (lines: readonly string[]): Blob =>
  new Blob([MARK, ...lines], { type: 'text/csv;charset=utf-8' });

/** "订单-20261120-1230.csv" */
export function csvName(title: string, minute: string): string {
  return `${title.replaceAll(/[\\/:*?"<>|\s]+/g, '-')}-${minute.replaceAll(/[-:]/g, '').replace(' ', '-')}.csv`;
}

/** Gives a file to the browser to keep. */
export function keepFile(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
