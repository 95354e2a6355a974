// Single keys, the current card and the boxes.
"use strict";
(() => {
  const { queue } = window;
  const list = document.getElementById("keys");
  if (!queue || !list) return;
  const { find, all, box, isOpen, isSeen, go, decide } = queue;
  const keysOn = document.getElementById("keys-on");
  const VERBS = { a: ["approve"], u: ["hold", "restore"], s: ["spam"], d: ["trash"] };
  const LINKS = { r: "a.to-reply", e: "a.to-edit" };

  function step(by) {
    const cards = all(".card");
    const at = cards.indexOf(queue.current);
    go(at < 0 ? cards.find(isSeen) || cards[0] : cards[at + by]);
  }

  const verbIn = (place, key) => VERBS[key].find((verb) => find(`[value="${verb}"]`, place));

  function decideAnd(cards, verb) {
    const { current } = queue;
    if (!verb) return;
    decide(verb, cards);
    if (!cards.includes(current)) return;
    const shown = all(".card");
    const at = shown.indexOf(current);
    go(shown.slice(at + 1).concat(shown.slice(0, at).reverse()).find(isOpen) || current);
  }

  // A key only leads to a card that is not in view.
  function press(key) {
    const { current } = queue;
    if (!current) step(1);
    else if (!isSeen(current)) go(current);
    else if (isOpen(current)) decideAnd([current], verbIn(current, key));
  }

  const inHand = () => [queue.current].filter((card) => card && isOpen(card));

  function pick(cards, isPicked) {
    cards.forEach((card) => { box(card).checked = isPicked; });
    queue.refresh();
  }

  const KEYS = {
    j: () => step(1),
    k: () => step(-1),
    z: queue.undoLast,
    x: () => inHand().filter(box).forEach((card) => box(card).click()),
    X: () => {
      const cards = all(".card").filter(isOpen).filter(box);
      pick(cards, cards.some((card) => !box(card).checked));
    },
    "?": () => {
      list.open = !list.open;
      find("summary", list).focus();
    },
  };
  Object.keys(VERBS).forEach((key) => {
    KEYS[key] = () => press(key);
    KEYS[key.toUpperCase()] = () => decideAnd(queue.selected(), verbIn(queue.bulk, key));
  });
  Object.keys(LINKS).forEach((key) => {
    KEYS[key] = () => inHand().forEach((card) => {
      const link = find(LINKS[key], card);
      if (link) link.click();
    });
  });

  // By its letter; on a keyboard of other letters by its place.
  function nameOf({ key, code, shiftKey }) {
    const name = /^[a-z?]$/i.test(key) ? key : code.replace("Key", "");
    return shiftKey ? name.toUpperCase() : name.toLowerCase();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && list.open) KEYS["?"]();
    if (!keysOn.checked || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    const name = nameOf(event);
    if (!KEYS[name] || (event.repeat && !"jk".includes(name))) return;
    event.preventDefault();
    KEYS[name]();
  });

  document.addEventListener("focusin", (event) => {
    const card = event.target.closest(".card");
    if (!card || card === queue.current) return;
    if (queue.current) queue.current.classList.remove("current");
    queue.current = card;
    card.classList.add("current");
  });

  document.addEventListener("change", ({ target }) => {
    if (target.id === "all") pick(all(".card").filter(isOpen).filter(box), target.checked);
    queue.refresh();
    if (target !== keysOn) return;
    try { localStorage["queue-keys"] = keysOn.checked ? "on" : "off"; } catch (error) { /* blocked */ }
  });

  try { keysOn.checked = localStorage["queue-keys"] !== "off"; } catch (error) { /* on */ }
  list.hidden = find(".all").hidden = false;
})();
