// Completes the names of tags while one types: a combobox as in the ARIA Authoring Practices.
// Without this script the fields take the names as text. A field with data-complete asks there;
// with data-add-to, what is chosen goes to the end of that field's list.
const PAUSE = 150; // milliseconds after the last key
const ENDS = /[,;\r\n]/;

document.querySelectorAll("input[data-complete]").forEach((input) => {
  const box = input.closest(".tags-add");
  const list = box.querySelector("ul");
  const status = box.querySelector("[role=status]");
  const target = document.getElementById(input.dataset.addTo);
  const own = document.getElementById(input.dataset.own);
  let active = -1;
  let timer;
  let running = new AbortController();

  input.removeAttribute("list"); // the browser's own list would cover this one
  set(input, { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false" });
  input.setAttribute("aria-controls", list.id);
  list.setAttribute("role", "listbox");
  box.hidden = false;

  input.addEventListener("input", () => {
    if (target && ENDS.test(input.value)) {
      const parts = input.value.split(ENDS);
      const rest = parts.pop();
      add(parts);
      input.value = rest.trimStart();
    }
    close();
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const act = { ArrowDown: () => move(1), ArrowUp: () => move(-1), Enter: enter, Escape: escape }[event.key];
    if (act && act() !== false) event.preventDefault();
  });
  input.addEventListener("focus", () => own && !input.value && show(names(own).map((name) => ({ name }))));
  input.addEventListener("blur", () => {
    close();
    if (target) take(); // a word left here would not be sent
  });
  // The click would take the focus away from the field first.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option.dataset.name);
  });
  if (target) {
    // A field of one line takes no line breaks.
    input.addEventListener("paste", (event) => {
      const text = event.clipboardData.getData("text/plain");
      if (!ENDS.test(text)) return;
      event.preventDefault();
      const { selectionStart, selectionEnd, value } = input;
      add((value.slice(0, selectionStart) + text + value.slice(selectionEnd)).split(ENDS));
      input.value = "";
      close();
    });
  }

  async function look() {
    running.abort();
    const typed = input.value.trim();
    if (!typed) return;
    running = new AbortController();
    const { signal } = running;
    try {
      const url = `${input.dataset.complete}?q=${encodeURIComponent(typed)}`;
      const answer = await fetch(url, { signal, headers: { Accept: "application/json" } });
      const { tags = [] } = answer.ok ? await answer.json() : {};
      if (!signal.aborted && document.activeElement === input) show(offered(typed, tags));
    } catch {
      // Aborted or offline: the field takes the name as it is typed.
    }
  }

  function offered(typed, tags) {
    if (target) {
      const there = names(target).map(fold);
      return tags.filter(({ name }) => !there.includes(fold(name)));
    }
    const first = own ? names(own).filter((name) => bare(name).includes(bare(typed))) : [];
    const folded = first.map(fold);
    return [...first.map((name) => ({ name })), ...tags.filter(({ name }) => !folded.includes(fold(name)))];
  }

  function show(tags) {
    list.replaceChildren(...tags.map(asOption));
    open(tags.length > 0);
    say(tags.length ? "found" : "none", { n: tags.length });
  }

  function asOption({ name, posts }, place) {
    const option = document.createElement("li");
    option.append(name);
    if (posts !== undefined) {
      const count = document.createElement("small");
      count.textContent = ` ${status.dataset.posts.replace("{n}", posts)}`;
      option.append(count);
    }
    option.id = `${list.id}_${place}`;
    option.dataset.name = name;
    set(option, { role: "option", "aria-selected": "false" });
    return option;
  }

  function open(isOpen) {
    active = -1;
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", isOpen);
    input.removeAttribute("aria-activedescendant");
  }

  function close() {
    running.abort();
    clearTimeout(timer);
    open(false);
  }

  function move(step) {
    const options = [...list.children];
    if (list.hidden || !options.length) return false;
    // From the field itself, which is the place -1, down to the first and up to the last one.
    active = ((active + 1 + step + options.length + 1) % (options.length + 1)) - 1;
    options.forEach((option, place) => option.setAttribute("aria-selected", place === active));
    if (active < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", options[active].id);
    options[active].scrollIntoView({ block: "nearest" });
  }

  function enter() {
    if (active >= 0) return choose(list.children[active].dataset.name);
    if (!target) return false;
    close();
    take();
  }

  function escape() {
    if (list.hidden) return false;
    close();
  }

  function choose(name) {
    close();
    if (target) {
      add([name]);
      input.value = "";
    } else {
      input.value = name;
      changed(input);
    }
  }

  function take() {
    add([input.value]);
    input.value = "";
  }

  function add(typed) {
    const there = names(target).map(fold);
    const fresh = [];
    for (const name of typed.map(plain).filter(Boolean)) {
      if (there.includes(fold(name))) say("there", { name });
      else fresh.push(name);
      there.push(fold(name));
    }
    if (!fresh.length) return;
    target.value = [...names(target), ...fresh].join(", ");
    changed(target);
    say("added", { name: fresh.join(", ") });
  }

  function say(what, words) {
    const sentence = status.dataset[what] || "";
    status.textContent = sentence.replace(/\{(\w+)\}/, (_all, key) => words[key]);
  }
});

const plain = (name) => name.trim().replace(/\s+/g, " ");
const fold = (name) => plain(name).normalize("NFKC").toLowerCase();
const bare = (name) => fold(name).normalize("NFD").replace(/\p{Mn}/gu, "");

function names(field) {
  return field.value.split(ENDS).map(plain).filter(Boolean);
}

function set(element, attributes) {
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
}

// So that what is chosen is saved like what is typed.
function changed(field) {
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
