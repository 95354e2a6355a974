// Uploads pictures to where the cursor is; a mark stands there until each has its address.
import { insertBlock, replace } from "./insert.js";

const PICTURE = /!\[[^\]]*\]\([^)]*\)(?:\{decorative\})?/g;

// Return a function that uploads files. `words` are the sentences and the address of the template.
export function pictureUpload(field, status, words) {
  let number = 0;
  let running = 0;

  field.form.addEventListener("submit", (event) => {
    if (!running) return;
    event.preventDefault();
    status.textContent = words.wait;
  });

  async function uploadOne(file, mark) {
    running += 1;
    status.textContent = words.uploading;
    try {
      const { url, alt } = await send(file, field.form, words);
      describe(field, mark, url, alt);
      status.textContent = words.uploaded;
    } catch (error) {
      put(field, mark, "");
      status.textContent = `${file.name}: ${error.message}`;
    } finally {
      running -= 1;
    }
  }

  return async function upload(files) {
    if (!files.length) {
      status.textContent = words.notPictures;
      return;
    }
    const named = files.map((file) => file.name.replace(/[[\]\\]/g, ""));
    const marks = named.map((name) => `![${words.uploading} ${name}](#${(number += 1)})`);
    field.focus();
    const place = outsidePicture(field.value, field.selectionEnd);
    insertBlock(field, marks.join("\n\n"), place, place);
    for (const [index, file] of files.entries()) await uploadOne(file, marks[index]);
  };
}

// The cursor stands in the description of the picture before: the next one goes below that.
function outsidePicture(text, caret) {
  const start = text.lastIndexOf("\n", caret - 1) + 1;
  const line = text.slice(start).split("\n", 1)[0];
  for (const { index, 0: picture } of line.matchAll(PICTURE)) {
    const end = start + index + picture.length;
    if (start + index < caret && caret < end) return end;
  }
  return caret;
}

async function send(file, form, words) {
  const data = new FormData();
  data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  data.append("file", file);
  let answer;
  try {
    answer = await fetch(words.upload, { method: "POST", body: data });
  } catch {
    throw new Error(words.offline);
  }
  // A page instead of JSON: the session has ended, or the server is in trouble.
  const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
  if (!isJson) throw new Error(words.failed);
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.error);
  return found;
}

// Replace the mark by the picture. The cursor goes into the description unless it was moved.
function describe(field, mark, url, alt) {
  const start = field.value.indexOf(mark);
  const isThere = document.activeElement === field && field.selectionStart === start + mark.length;
  const description = alt.replace(/\s+/g, " ").replace(/[[\]\\]/g, "\\$&");
  if (put(field, mark, `![${description}](${url})`) && isThere) {
    field.setSelectionRange(start + 2, start + 2 + description.length);
  }
}

// Replace the mark, and leave the cursor between the letters where it was.
function put(field, mark, text) {
  const start = field.value.indexOf(mark);
  if (start < 0) return false;
  const moved = (place) => {
    if (place <= start) return place;
    return place < start + mark.length ? start + text.length : place + text.length - mark.length;
  };
  const [first, last] = [moved(field.selectionStart), moved(field.selectionEnd)];
  replace(field, start, start + mark.length, text);
  field.setSelectionRange(first, last);
  return true;
}
