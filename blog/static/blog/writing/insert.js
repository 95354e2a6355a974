// Changes of a text that the browser's own Undo takes back.

export function replace(field, start, end, text) {
  const focused = document.activeElement;
  field.focus({ preventScroll: true });
  field.setSelectionRange(start, end);
  const done = document.execCommand(text ? "insertText" : "delete", false, text);
  if (!done) {
    field.setRangeText(text, start, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (focused !== field && focused !== document.body) focused.focus({ preventScroll: true });
}

// Insert a paragraph of its own, and return where it starts.
export function insertBlock(field, text, start, end) {
  const before = field.value.slice(0, start);
  const after = field.value.slice(end);
  const above = before.trim() ? "\n".repeat(2 - /\n{0,2}$/.exec(before)[0].length) : "";
  const below = after.trim() ? "\n".repeat(2 - /^\n{0,2}/.exec(after)[0].length) : "";
  replace(field, start, end, above + text + below);
  return start + above.length;
}
