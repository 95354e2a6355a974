// What was decided is kept in this browser and sent until it is answered; by the name of its batch
// nothing is done twice. And what comes after: rows for those that left, word of what is new.
"use strict";
(() => {
  const { queue } = window;
  if (!queue) return;
  const { words, find, all, fill, say, isOpen } = queue;
  const KEPT = ["n", "batch", "verb", "undo", "rows", "names"];
  const PAUSES = [2, 5, 15, 30];
  const prefix = `queue-${words.user}-`;
  const pill = document.getElementById("unsent");
  const link = document.getElementById("news");
  let token = (find("[name=csrfmiddlewaretoken]") || {}).value;
  let entries = [], isBusy = false, added = 0, failures = 0, trouble = "", wasLate = false, timer;
  let since = words.since, next = since, fresh = [], isReading = false, isAsking = false;

  // crypto.randomUUID is there on https only.
  const uuid = () => "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) =>
    (digit ^ crypto.getRandomValues(new Uint8Array(1))[0] & 15 >> digit / 4).toString(16));

  function store(entry) {
    try {
      localStorage.setItem(prefix + entry.batch, JSON.stringify(entry, KEPT));
      entry.isKept = true;
    } catch (error) { /* blocked or full: beforeunload asks */ }
  }

  function forget(entry) {
    entries = entries.filter((other) => other !== entry);
    try { localStorage.removeItem(prefix + entry.batch); } catch (error) { /* never kept */ }
  }

  function recall() {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(prefix))
        .map((key) => Object.assign(JSON.parse(localStorage.getItem(key)), { isKept: true, isTried: true }))
        .sort((one, other) => one.n - other.n);
    } catch (error) {
      return [];
    }
  }

  async function read(address) {
    const before = entries.length ? -1 : added;
    const answer = await fetch(address, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // Its counts are right unless something was on its way meanwhile.
    if (before === added) all(".tabs b", page).forEach((count, at) => { all(".tabs b")[at].textContent = count.textContent; });
    return find("#live", page) && page;
  }

  // After a new login; somebody else sends nothing of this.
  async function renewToken() {
    const page = await read(location.href);
    if (!page || find("#live", page).dataset.user !== words.user) return false;
    token = find("[name=csrfmiddlewaretoken]", page).value;
    all("[name=csrfmiddlewaretoken]").forEach((input) => { input.value = token; });
    return true;
  }

  async function post(entry, isSecond) {
    const { batch, verb, undo } = entry;
    const body = new URLSearchParams(undo ? { batch: undo, undo: batch } : { batch, verb });
    body.set("csrfmiddlewaretoken", token);
    entry.rows.forEach((row) => body.append("row", row));
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), 20000);
    try {
      const answer = await fetch(undo ? words.undoAt : words.decideAt, {
        method: "POST", body, headers: { Accept: "application/json" },
        credentials: "same-origin", keepalive: true, signal: stop.signal,
      });
      const { status, redirected } = answer;
      if (answer.ok && !redirected || status === 409) return await answer.json();
      if (!redirected && status !== 403) {
        const failure = fill(words.refused, { code: status });
        return { failure, isFinal: ![408, 429, 502, 503, 504].includes(status) };
      }
      if (isSecond || !await renewToken()) return { failure: words.signedOut };
    } catch (error) {
      return { failure: words.offline };
    } finally {
      clearTimeout(limit);
    }
    return post(entry, true);
  }

  async function flush() {
    if (isBusy) return;
    isBusy = true;
    clearTimeout(timer);
    while (entries.length) {
      const entry = entries[0];
      entry.isTried = true;
      const answer = await post(entry);
      if (answer.failure && !answer.isFinal) {
        stumble(answer.failure);
        break;
      }
      forget(entry);
      failures = 0;
      if (answer.failure) queue.refused(entry, answer.failure);
      else queue.arrived(entry, answer);
      tell();
    }
    isBusy = false;
    if (entries.length) return;
    if (wasLate) say(`${queue.live.textContent} ${words.allSent}`);
    trouble = wasLate = "";
  }

  function stumble(failure) {
    timer = setTimeout(flush, 1000 * PAUSES[Math.min(failures, 3)]);
    failures += 1;
    const isSaid = trouble === failure;
    trouble = wasLate = failure;
    tell();
    if (!isSaid) say(`${find("b", pill).textContent}. ${failure}`);
  }

  function tell() {
    const n = entries.reduce((sum, entry) => sum + entry.rows.length, 0);
    pill.hidden = !n;
    pill.classList.toggle("slow", !trouble);
    find("b", pill).textContent = fill(words.unsent, { n });
    find("span", pill).textContent = trouble;
    find("a", pill).hidden = trouble !== words.signedOut;
    find("button", pill).hidden = !trouble;
  }

  queue.outbox = {
    isLate: () => !!trouble,
    add(entry) {
      entry.batch = entry.batch || uuid();
      entry.n = entries.length && entries[entries.length - 1].n + 1;
      entries.push(entry);
      added += 1;
      store(entry);
      tell();
      if (!trouble) flush();
    },
    // True where it never left.
    cancel(entry) {
      if (entry.isTried || !entries.includes(entry)) return false;
      forget(entry);
      tell();
      return true;
    },
    dropUndoOf(batch) { entries.filter((entry) => entry.undo === batch).forEach(forget); },
  };

  const isHere = (id) => !!document.getElementById(`comment-${id}`);
  const newCards = (page) => all(".card", page).filter((card) => !isHere(card.dataset.id))
    .map((card) => document.importNode(card, true));
  const put = (cards, before) => cards.forEach((card) => before.parentNode.insertBefore(card, before));

  queue.refill = async () => {
    const more = find(".more a");
    if (isReading || !more || !queue.bulk || all(".card").filter(isOpen).length > 25) return;
    isReading = true;
    try {
      const page = await read(more.href);
      put(newCards(page), document.getElementById("finished"));
      const following = find(".more a", page);
      if (following) more.setAttribute("href", following.getAttribute("href"));
      else find(".more").remove();
    } catch (error) { /* the link stays */ }
    isReading = false;
    queue.refresh();
  };

  async function ask() {
    if (document.hidden || isAsking) return;
    isAsking = true;
    const query = new URLSearchParams(location.search);
    query.delete("after");
    query.set("since", since);
    all(".card").filter(isOpen).slice(0, 100).forEach((card) => query.append("row", queue.row(card)));
    try {
      const answer = await fetch(`${words.newsAt}?${query}`, { credentials: "same-origin" });
      if (answer.ok && !answer.redirected) hear(await answer.json());
    } catch (error) { /* asked again in a minute */ }
    isAsking = false;
  }

  function hear(said) {
    const wasQuiet = link.hidden;
    fresh = said.ids.filter((id) => !isHere(id));
    next = said.since;
    if (!fresh.length) since = next;
    link.hidden = !fresh.length;
    link.textContent = fill(words.fresh, { n: said.count > said.most ? `${said.most}+` : fresh.length });
    if (wasQuiet && fresh.length) say(link.textContent);
    queue.keep(() => said.changed.forEach(mark));
  }

  // A colleague was faster.
  function mark(change) {
    const card = document.getElementById(`comment-${change.id}`);
    if (!card || !isOpen(card) || card.changed === change.version) return;
    card.changed = change.version;
    const text = queue.lostWords(card.dataset.name, change, card.dataset.status, words.meanwhile);
    queue.show(card, "lost", text, false);
    if (card === queue.current) say(text);
  }

  async function bring() {
    const cards = newCards(await read(link.href)).filter((card) => fresh.includes(Number(card.dataset.id)));
    const isNewest = new URLSearchParams(location.search).get("sort") === "newest";
    if (!isNewest) cards.reverse();
    put(cards, isNewest ? find(".card") : document.getElementById("finished"));
    since = next;
    link.hidden = true;
    queue.refresh();
    queue.go(cards[0]);
  }

  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || !queue.bulk || fresh.length > 50) return;
    event.preventDefault();
    bring().catch(() => { location.href = link.href; });
  });

  const hurry = () => { if (trouble) flush(); };
  find("button", pill).addEventListener("click", hurry);
  window.addEventListener("online", () => { hurry(); queue.refill(); });
  window.addEventListener("focus", () => { hurry(); ask(); });
  document.addEventListener("visibilitychange", ask);
  setInterval(ask, 60000);
  window.addEventListener("beforeunload", (event) => {
    if (entries.every((entry) => entry.isKept) && !find(".failed")) return;
    event.preventDefault();
    event.returnValue = "";
  });

  // What an earlier page left.
  entries = recall();
  wasLate = entries.length > 0;
  entries.forEach(queue.recalled);
  queue.refresh();
  tell();
  flush();
  queue.refill();
})();
