// Keeps decisions and sends them until they are answered; no batch is done twice. Refills the list.
"use strict";
(() => {
  const { queue } = window;
  if (!queue) return;
  const { words, find, all, fill, say, cardOf, isOpen } = queue;
  const KEPT = ["n", "batch", "verb", "undo", "rows", "names", "isTried"];
  const PAUSES = [2, 5, 15, 30];
  const prefix = `queue-${words.user}-`;
  const pill = document.getElementById("unsent");
  const link = document.getElementById("news");
  const TOKEN = "[name=csrfmiddlewaretoken]";
  let entries = [], isBusy = false, added = 0, failures = 0, trouble = "", wasLate = false, timer;
  let since = words.since, next = since, fresh = [], isReading = false, isAsking = false;

  // crypto.randomUUID is there on https only.
  const uuid = () => Array.from(crypto.getRandomValues(new Uint8Array(16)),
    (byte) => byte.toString(16).padStart(2, "0")).join("");

  // The store may be blocked, full or unreadable.
  function attempt(act) {
    try { return act(); } catch (error) { return undefined; }
  }

  const asKept = (entry) => JSON.stringify(entry, KEPT);
  const stored = (key) => attempt(() => localStorage.getItem(key));

  function store(entry) {
    entry.isKept = attempt(() => localStorage.setItem(prefix + entry.batch, asKept(entry)) || true);
  }

  function forget(entry) {
    entries = entries.filter((other) => other !== entry);
    attempt(() => localStorage.removeItem(prefix + entry.batch));
  }

  // As tried: no other tab takes them back as unsent.
  function recall() {
    const keys = attempt(() => Object.keys(localStorage)) || [];
    const found = keys.filter((key) => key.startsWith(prefix))
      .map((key) => attempt(() => Object.assign(JSON.parse(stored(key)), { isTried: true })));
    return found.filter((entry) => entry && entry.rows && entry.names).sort((one, other) => one.n - other.n);
  }

  function get(address, options) {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 20000);
    return fetch(address, Object.assign({ credentials: "same-origin", signal: stop.signal }, options));
  }

  const parse = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");

  async function read(address) {
    const before = entries.length ? -1 : added;
    const page = await parse(await get(address));
    // Its counts are right unless something was under way.
    if (before === added) all(".tabs b", page).forEach((count, at) => { all(".tabs b")[at].textContent = count.textContent; });
    return find("#live", page) && page;
  }

  // Answers a failure, or nothing if the same person is signed in again.
  async function renewToken() {
    const answer = await get(find(".rooms a").href);
    if (answer.status === 403) return { failure: words.forbidden, isFinal: true };
    const page = await parse(answer);
    const { dataset } = find("#live", page) || page.body;
    if (dataset.user !== words.user) return { failure: words.signedOut };
    all(TOKEN).forEach((input) => { input.value = find(TOKEN, page).value; });
  }

  async function post(entry, isSecond) {
    const { batch, verb, undo } = entry;
    const body = new URLSearchParams(undo ? { batch: undo, undo: batch } : { batch, verb });
    body.set("csrfmiddlewaretoken", find(TOKEN).value);
    entry.rows.forEach((row) => body.append("row", row));
    try {
      const headers = { Accept: "application/json" };
      const answer = await get(undo ? words.undoAt : words.decideAt, { method: "POST", body, headers, keepalive: true });
      const { status, redirected } = answer;
      if (answer.ok && !redirected || status === 409) return await answer.json();
      if (!redirected && status !== 403) {
        const failure = fill(words.refused, { code: status });
        return { failure, isFinal: status < 500 && ![408, 429].includes(status) };
      }
      const hindrance = isSecond ? { failure: words.signedOut } : await renewToken();
      return hindrance || post(entry, true);
    } catch (error) {
      return { failure: words.offline };
    }
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
      queue.keep(tell);
    }
    isBusy = false;
    if (entries.length) return;
    if (wasLate && !find(".failed")) say(`${queue.live.textContent} ${words.allSent}`);
    trouble = wasLate = "";
  }

  function stumble(failure) {
    timer = setTimeout(flush, 1000 * PAUSES[Math.min(failures, 3)]);
    failures += 1;
    const isSaid = trouble === failure;
    trouble = wasLate = failure;
    queue.keep(tell);
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

  queue.isLate = () => !!trouble;

  queue.add = (entry) => {
    entry.batch = entry.batch || uuid();
    entry.n = entries.length && entries[entries.length - 1].n + 1;
    entries.push(entry);
    added += 1;
    store(entry);
    tell();
    if (!trouble) flush();
  };

  // True if no tab has sent it.
  queue.cancel = (entry) => {
    if (entry.isTried || !entries.includes(entry)) return false;
    if (entry.isKept && stored(prefix + entry.batch) !== asKept(entry)) return false;
    forget(entry);
    tell();
    return true;
  };

  queue.dropUndoOf = (batch) => entries.filter((entry) => entry.undo === batch).forEach(forget);

  const newCards = (page) => all(".card", page).filter((card) => !cardOf(card.dataset.id));
  const put = (cards, before) => cards.forEach((card) => before.parentNode.insertBefore(card, before));

  queue.refill = async () => {
    const more = find(".more a");
    if (isReading || !more || !queue.bulk || all(".card").filter(isOpen).length > 20) return;
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
    if (!since || document.hidden || isAsking) return;
    isAsking = true;
    const query = new URLSearchParams(location.search);
    query.delete("after");
    query.set("since", since);
    all(".card").filter(isOpen).slice(0, 100).forEach((card) => query.append("row", queue.row(card)));
    try {
      const answer = await get(`${words.newsAt}?${query}`);
      if (answer.ok && !answer.redirected) hear(await answer.json());
    } catch (error) { /* asked again in a minute */ }
    isAsking = false;
  }

  function hear(said) {
    const wasQuiet = link.hidden;
    fresh = said.ids.filter((id) => !cardOf(id));
    next = said.since;
    if (!fresh.length) since = next;
    queue.keep(() => {
      link.hidden = !fresh.length;
      said.changed.forEach(mark);
    });
    link.textContent = fill(words.fresh, { n: said.count > said.most ? `${said.most}+` : fresh.length });
    if (wasQuiet && fresh.length) say(link.textContent);
  }

  function mark(change) {
    const card = cardOf(change.id);
    if (!card || !isOpen(card) || card.changed === change.version) return;
    card.changed = change.version;
    const text = queue.lostWords(card.dataset.name, change);
    queue.show(card, "lost", text, false);
    if (card === queue.current) say(text);
  }

  async function bring() {
    const cards = newCards(await read(link.href)).filter((card) => fresh.includes(Number(card.dataset.id)));
    if (!cards.length) throw new Error("none");
    const isNewest = /sort=newest/.test(location.search);
    if (!isNewest) cards.reverse();
    put(cards, isNewest ? find(".card") : document.getElementById("finished"));
    link.hidden = true;
    queue.refresh();
    queue.go(cards[0]);
  }

  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || !queue.bulk || fresh.length > 20) return;
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

  entries = recall();
  entries.forEach(store);
  wasLate = entries.length > 0;
  entries.forEach(queue.recalled);
  queue.refresh();
  tell();
  flush();
  queue.refill();
})();
