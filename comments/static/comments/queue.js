// Deciding in place. Without script every form works.
"use strict";
(() => {
  const live = document.getElementById("live");
  if (!live || !window.fetch || !window.AbortController) return;
  const words = live.dataset;
  const bulk = document.getElementById("bulk");
  let acts = []; // decided here, the newest last
  const find = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
  const say = (text) => { live.textContent = live.textContent === text ? `${text}\u00a0` : text; };
  const box = (card) => find(".pick input", card);
  const row = (card) => find(".verbs [name=row]", card).value;
  const idOf = (line) => String(line).split(".")[0];
  const cardOf = (line) => find(`.cards #comment-${idOf(line)}`);
  const isOpen = (card) => !find(".whole", card).hidden;
  const isSeen = (card) => {
    const { top, bottom } = card.getBoundingClientRect();
    return bottom > 0 && top < window.innerHeight;
  };
  // Cards last decided by this entry.
  const cardsOf = (entry) => entry.rows.map(cardOf).filter((card) => card && card.entry === entry);

  // Keeps the card that is read in its place.
  function keep(change) {
    const at = queue.current && isSeen(queue.current) ? queue.current : all(".card").find(isSeen);
    const before = at && at.getBoundingClientRect().top;
    change();
    if (at) window.scrollBy(0, at.getBoundingClientRect().top - before);
    refresh();
  }

  function go(card) {
    if (!card) return;
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: card.offsetHeight > window.innerHeight * 0.8 ? "start" : "nearest" });
  }

  // `kind`: a template's name or null.
  function show(card, kind, text, isOver) {
    const { activeElement } = document;
    const hadFocus = activeElement !== card && card.contains(activeElement);
    const before = find(".outcome", card);
    const whole = find(".whole", card);
    if (before) before.remove();
    whole.hidden = isOver;
    if (isOver && box(card)) box(card).checked = false;
    if (kind) card.insertBefore(line(kind, text, idOf(row(card))), whole);
    if (hadFocus && (isOver || !card.contains(activeElement))) (find(".outcome button", card) || card).focus();
  }

  function line(kind, text, id) {
    const made = document.getElementById(kind).content.firstElementChild.cloneNode(true);
    find("span", made).textContent = text;
    if (kind === "lost") find("a", made).href = words.historyAt.replace("/0/", `/${id}/`);
    return made;
  }

  function note(text, id) {
    const notes = document.getElementById("notes");
    notes.appendChild(line("lost", text, id));
    notes.hidden = false;
  }

  function refresh() {
    if (!bulk) return;
    const picked = all(".pick input:checked").length, open = all(".card").filter(isOpen);
    find("#with").textContent = fill(picked ? words.selected : words.with, { n: picked });
    bulk.classList.toggle("has-some", picked > 0);
    find("#all-words").textContent = fill(words.all, { n: open.filter(box).length });
    document.getElementById("finished").hidden = !!find(".more") || !!open.length;
  }

  function moved(card, change, isUndo) {
    const steps = [[card.dataset.status, -1], [change.status, 1]];
    if (/-|reported/.test(words.tab)) steps.push([words.tab, isUndo ? 1 : -1]);
    steps.forEach(([status, step]) => {
      const count = find(`[data-tab="${status}"] b`);
      if (!count || !/^[\d,]+$/.test(count.textContent)) return; // "10,000+"
      count.textContent = (Number(count.textContent.replace(/,/g, "")) + step).toLocaleString("en");
    });
    card.dataset.status = change.status;
    all("[name=row]", card).forEach((input) => { input.value = `${change.id}.${change.version}`; });
  }

  const lostWords = (name, lost) => (lost && lost.status ? lost.words : fill(words.gone, { name }));

  // In its place, as it stands now.
  function renew(card, html, text) {
    const fresh = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
    const hadFocus = card.contains(document.activeElement);
    card.replaceWith(fresh);
    show(fresh, "lost", text, false);
    if (hadFocus) fresh.focus({ preventScroll: true });
  }

  function labelOf(entry) {
    const button = entry.undo ? find(".undo", document.getElementById("decided").content)
      : find(`[name=verb][value="${entry.verb}"]`);
    return button ? button.textContent : entry.verb;
  }

  function showSending(entry, cards) {
    const verb = labelOf(entry);
    keep(() => cards.forEach((card) => {
      card.entry = entry;
      const text = fill(words.sending, { verb, name: card.dataset.name });
      show(card, entry.undo ? "undoing" : "sending", text, true);
    }));
  }

  function send(entry, cards) {
    showSending(entry, cards);
    if (!entry.undo) acts.push(entry);
    queue.add(entry);
    if (!queue.isLate()) return;
    const values = { verb: labelOf(entry), name: entry.names[0], n: entry.names.length };
    say(fill(values.n > 1 ? words.manyKept : words.kept, values));
  }

  function decide(verb, cards) {
    if (!cards.length) return say(words.none);
    const entry = { verb, rows: cards.map(row), names: cards.map((card) => card.dataset.name) };
    send(entry, cards);
    if (cards[0].getBoundingClientRect().top < 0) cards[0].scrollIntoView({ block: "nearest" });
    queue.refill();
  }

  // From an earlier page.
  function recalled(entry) {
    showSending(entry, entry.rows.filter((seen) => cardOf(seen) && row(cardOf(seen)) === seen).map(cardOf));
    if (!entry.undo) acts.push(entry);
  }

  function arrived(entry, answer) {
    let text = "";
    keep(() => entry.rows.forEach((seen, at) => {
      const its = (one) => String(one.id) === idOf(seen);
      text = settle(entry, seen, entry.names[at], answer.done.find(its), answer.lost.find(its)) || text;
    }));
    say(entry.rows.length > 1 ? fill(words.many, { verb: labelOf(entry), done: answer.done.length, lost: answer.lost.length }) : text);
    if (!answer.done.length) giveUp(entry);
    const left = cardsOf(entry);
    if (!entry.undo) left.forEach((card) => { find(".undo", card).textContent = answer.way_back; });
    queue.refill();
  }

  function settle(entry, seen, name, change, lost) {
    const card = cardOf(seen);
    const last = card && card.entry;
    const isMine = last && (last === entry || !change && last.undo === entry.batch);
    if (entry.undo && !change && !lost && !isMine) return "";
    const shown = change && card ? Number(row(card).split(".")[1]) : 0;
    const isLate = shown && shown !== change.version && shown !== change.was; // the card is newer
    if (shown && shown === change.was) moved(card, change, !!entry.undo);
    let text = change ? fill(words[entry.undo ? "undone" : entry.verb], { name }) : lostWords(name, lost);
    if (change && change.note) text += ` ${change.note}`;
    if (isLate) text += ` ${words.changed}`;
    if (isMine && lost && lost.card) renew(card, lost.card, text);
    else if (isMine) {
      show(card, !change ? "lost" : entry.undo ? null : "decided", text, !change || !entry.undo);
      if (!change || entry.undo) card.entry = null;
    } else if ((!change || isLate) && !last) note(text, idOf(seen));
    return text;
  }

  function giveUp(entry) {
    acts = acts.filter((act) => act !== entry);
    queue.dropUndoOf(entry.batch);
  }

  function refused(entry, message) {
    const isOf = (last) => last && (last === entry || last.undo === entry.batch);
    const cards = entry.rows.map(cardOf).filter((card) => card && isOf(card.entry));
    keep(() => cards.forEach((card) => {
      card.entry = entry;
      show(card, "failed", message, !!entry.undo);
    }));
    if (!cards.length) note(`${entry.names.join(", ")}: ${message}`, idOf(entry.rows[0]));
    giveUp(entry);
    say(message);
  }

  function undo(entry) {
    if (!entry || entry.isUndone) return;
    entry.isUndone = true;
    acts = acts.filter((act) => act !== entry);
    const cards = cardsOf(entry);
    const { batch, rows, names } = entry;
    if (!queue.cancel(entry)) return send({ undo: batch, rows, names }, cards);
    keep(() => cards.forEach((card) => {
      show(card, null, "", false);
      card.entry = null;
    }));
    say(fill(words.undone, { name: names.join(", ") }));
  }

  function undoLast() {
    const inNotice = find(".notice .undo");
    const entry = acts[acts.length - 1];
    if (entry) {
      go(cardOf(entry.rows[0]));
      undo(entry);
    } else if (inNotice) inNotice.click();
    else say(words.nothing);
  }

  const selected = () => all(".pick input:checked").map((input) => input.closest(".card")).filter(isOpen);

  document.addEventListener("click", (event) => {
    // A second press would hit the next card, unread.
    if (event.detail > 1 && event.target.closest(".cards a, .cards button")) return event.preventDefault();
    const button = event.target.closest("button");
    const card = button && button.closest(".cards .card");
    if (!button) return;
    if (button.name === "verb" && (button.form === bulk || card && button.closest(".verbs"))) {
      event.preventDefault();
      if (!card) decide(button.value, selected());
      else if (isOpen(card)) decide(button.value, [card]);
    } else if (card && button.classList.contains("undo")) undo(card.entry);
    else if (card && button.classList.contains("again")) send(card.entry, cardsOf(card.entry));
  });

  const queue = window.queue = {
    live, words, bulk, find, all, fill, say, cardOf, box, row, isOpen, isSeen, keep, go, show, refresh,
    lostWords, decide, recalled, arrived, refused, undoLast, selected, current: null,
  };
})();
