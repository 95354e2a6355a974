// Help with writing Markdown in the admin; without this script the field is a plain <textarea>.
import "./vendor/markdown-toolbar-element-2.2.3.js";
import { installLink, installTable, installText, subscribe } from "./vendor/paste-markdown-1.5.3.js";
import { insertBlock, replace } from "./writing/insert.js";
import { continueList } from "./writing/lists.js";
import { pictureUpload } from "./writing/pictures.js";
import { heading, isHardWrapped, unwrap } from "./writing/unwrap.js";
import { countWords } from "./writing/words.js";

const WORDS_A_MINUTE = 230;
const PAUSE = 700; // milliseconds
const LONG = 2000; // letters
const SHORTCUTS = { b: "bold", i: "italic", k: "link" };
const ON_MAC = navigator.platform.startsWith("Mac");

document.querySelectorAll("[data-writing]").forEach((box) => {
  const field = box.querySelector("textarea");
  const find = (name) => box.querySelector(`.writing-${name}`);
  const toolbar = find("toolbar");
  const upload = pictureUpload(field, find("status"), box.dataset);

  find("pull-quote").addEventListener("click", () => pullQuote(field));
  toolbar.hidden = false;
  useShortcuts(field, toolbar);
  field.addEventListener("keydown", continueList);
  showCount(field, find("count"));

  offerToUnwrap(field, find("wrapped"), find("unwrapped"));
  choosePictures(find("picture"), find("file"), upload);
  takePictures(field, upload);
  pasteLongText(field);
  pasteMarkdown(field);
});

function useShortcuts(field, toolbar) {
  field.addEventListener("keydown", (event) => {
    const held = ON_MAC ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
    const style = SHORTCUTS[event.key.toLowerCase()];
    if (!held || event.altKey || event.shiftKey || !style) return;
    event.preventDefault();
    toolbar.querySelector(`[data-md-button="${style}"]`).click();
  });
}

// A pull quote repeats a sentence of the text, so the selection stays where it is.
function pullQuote(field) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const quote = value.slice(start, end).trim();
  const below = value.indexOf("\n\n", end);
  const at = below < 0 ? value.length : below;
  const block = insertBlock(field, `::: pullquote\n${quote}\n:::`, at, at);
  const caret = block + "::: pullquote\n".length;
  field.focus();
  field.setSelectionRange(caret, caret + quote.length);
}

function showCount(field, line) {
  const show = () => {
    const words = countWords(field.value);
    line.querySelector("[data-words]").textContent = words.toLocaleString();
    line.querySelector("[data-minutes]").textContent = Math.max(1, Math.round(words / WORDS_A_MINUTE));
  };
  let pause;
  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(show, PAUSE);
  });
  show();
  line.hidden = false;
}

function offerToUnwrap(field, offer, done) {
  const [unwrapLines, keep] = offer.querySelectorAll("button");
  const title = field.form.elements.title;
  let start = 0;
  let pasted = "";
  let named = "";

  field.addEventListener("paste", () => {
    const before = field.selectionStart;
    setTimeout(() => {
      const inserted = field.value.slice(before, field.selectionEnd);
      pasted = inserted.trimEnd().replace(/^\n+/, "");
      start = before + inserted.indexOf(pasted);
      offer.hidden = !isHardWrapped(pasted);
    });
  });
  field.addEventListener("input", () => {
    if (!done.hidden) done.hidden = true;
  });

  unwrapLines.addEventListener("click", () => {
    offer.hidden = true;
    field.focus();
    const at = field.value.startsWith(pasted, start) ? start : field.value.indexOf(pasted);
    if (at < 0) return;
    const found = unwrap(pasted);
    named = title && !title.value && !field.value.slice(0, at).trim() ? found.title : "";
    if (named) title.value = named;
    const above = found.title && !named ? heading(found.title) : "";
    replace(field, at, at + pasted.length, above + found.text);
    done.hidden = false;
  });
  keep.addEventListener("click", () => {
    offer.hidden = true;
    field.focus();
  });
  done.querySelector("button").addEventListener("click", () => {
    field.focus();
    document.execCommand("undo");
    if (named && title.value === named) title.value = "";
    done.hidden = true;
  });
}

function choosePictures(button, input, upload) {
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = ""; // the same picture may be chosen again
    upload(files);
  });
}

function takePictures(field, upload) {
  field.addEventListener("paste", (event) => {
    // Office programs add a picture of the text that was copied.
    const files = pictures(event.clipboardData);
    if (!files.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    upload(files);
  });
  field.addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
  field.addEventListener("drop", (event) => {
    const files = pictures(event.dataTransfer);
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault(); // else the browser leaves the page to show the file
    const place = document.caretPositionFromPoint?.(event.clientX, event.clientY);
    if (place?.offsetNode === field) field.setSelectionRange(place.offset, place.offset);
    upload(files);
  });
}

function pictures(transfer) {
  // Most systems know no type for HEIC.
  const isPicture = (file) => file.type.startsWith("image/") || /\.hei[cf]$/i.test(file.name);
  return [...transfer.files].filter(isPicture);
}

// The library inserts each line by itself, which takes a minute for a long text. So it writes into
// another field, and its text is inserted in one step.
function pasteLongText(field) {
  const other = document.createElement("textarea");
  pasteMarkdown(other);
  field.addEventListener("paste", (event) => {
    const { clipboardData } = event;
    if (clipboardData.getData("text/plain").length < LONG) return;
    event.stopImmediatePropagation();
    other.value = "";
    const copy = new ClipboardEvent("paste", { clipboardData, cancelable: true });
    field.readOnly = true; // the library's commands change the field that has the focus
    other.dispatchEvent(copy);
    field.readOnly = false;
    if (!copy.defaultPrevented) return;
    event.preventDefault();
    replace(field, field.selectionStart, field.selectionEnd, other.value);
  });
}

function pasteMarkdown(field) {
  // Each part of the library would insert what is pasted; the first one that does is the last.
  [installTable, installLink, installText].forEach((install) => install(field));
  field.addEventListener("paste", (event) => {
    if (event.defaultPrevented) event.stopImmediatePropagation();
  });
  subscribe(field);
}
