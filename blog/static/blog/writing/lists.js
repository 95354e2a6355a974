// Enter in a list begins the next item; in an empty item it ends the list.
import { replace } from "./insert.js";

const ITEM = /^([ \t]*)([-*+]|(\d{1,9})([.)]))([ \t]+)(\[[ xX]\][ \t]+)?/;

export function continueList(event) {
  const modified = event.shiftKey || event.ctrlKey || event.metaKey || event.altKey;
  if (event.key !== "Enter" || event.isComposing || modified) return;
  const field = event.currentTarget;
  const { selectionStart: caret, selectionEnd, value } = field; // slow in a long text
  if (caret !== selectionEnd) return;

  const start = value.lastIndexOf("\n", caret - 1) + 1;
  const end = value.indexOf("\n", caret);
  const line = value.slice(start, end < 0 ? value.length : end);
  const item = ITEM.exec(line);
  if (!item || caret < start + item[0].length) return;

  event.preventDefault();
  const isEmpty = !line.slice(item[0].length).trim();
  if (isEmpty) replace(field, start, start + line.length, "");
  else replace(field, caret, caret, `\n${nextMark(item)}`);
}

function nextMark([, indent, bullet, number, dot, space, box]) {
  const mark = number ? `${Number(number) + 1}${dot}` : bullet;
  return indent + mark + space + (box ? "[ ] " : "");
}
