// Changes of a text that the browser's own Undo takes back.

export function replace(field, start, end, text) {
  const focused = document.activeElement;
  field.focus({ preventScroll: true });
  field.setSelectionRange(start, end);
  if (!insert(field, start, text)) {
    field.setRangeText(text, start, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (focused !== field && focused !== document.body) focused.focus({ preventScroll: true });
}

function insert(field, start, text) {
  if (!text) return document.execCommand("delete");
  // Chromium lays the field out for each line of "insertText": seconds, where this is one step.
  if (text.includes("\n") && document.execCommand("insertHTML", false, asHtml(text))) {
    if (field.value.startsWith(text, start)) return true;
    document.execCommand("undo");
  }
  return document.execCommand("insertText", false, text);
}

function asHtml(text) {
  const escaped = text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  return escaped.replace(/\n/g, "<br>");
}

// Insert a paragraph of its own, and return where it starts. The cursor stands at its end.
export function insertBlock(field, text, start, end) {
  const before = field.value.slice(0, start);
  const after = field.value.slice(end);
  const above = before.trim() ? "\n".repeat(2 - /\n{0,2}$/.exec(before)[0].length) : "";
  const below = after.trim() ? "\n".repeat(2 - /^\n{0,2}/.exec(after)[0].length) : "";
  replace(field, start, end, above + text + below);
  const place = start + above.length;
  field.setSelectionRange(place + text.length, place + text.length);
  return place;
}
