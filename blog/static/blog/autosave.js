// Keeps what is typed into the form of a post: at once in this browser, and after each pause on the
// server. blog/editing/working_copy.py says what the server does with tab and number.
(() => {
  const form = document.getElementById("post_form");
  const line = document.getElementById("autosave");
  if (!form || !line) return;

  const SECOND = 1000;
  const PAUSE = 2 * SECOND; // after the last key
  const LONGEST = 30 * SECOND; // of typing without a pause, and between two attempts
  const GIVE_UP = 10 * SECOND;
  const DAYS = 30 * 86400 * SECOND;
  const ENTRIES = 40;

  const hidden = (name) => form.elements.namedItem(name);
  const mine = `:${line.dataset.user}:`;
  let confirmed = "typed" in line.dataset ? null : snapshot(); // the text that the server has
  let number = Number(hidden("_number").value); // of what this page sent
  let sent = null; // the text that was sent under that number
  let keptHere = true;
  let failures = 0;
  let typingSince = 0;
  let leaving = false;
  let running = null; // the AbortController of the one request in flight
  let localTimer, sendTimer;

  // What is typed.

  function fields() {
    const pairs = [...new FormData(form)];
    return pairs.filter(([name, value]) => /^(?!_|csrf)/.test(name) && typeof value === "string");
  }

  function snapshot() {
    return JSON.stringify(fields());
  }

  // The line beside the buttons.

  function say(sentence) {
    if (line.textContent !== sentence) line.textContent = sentence; // or it is read out again
  }

  function sayKept(sentence) {
    say(`${sentence} ${keptHere ? line.dataset.kept : line.dataset.notKept}`);
  }

  function saySignedOut() {
    const [before, link, after] = line.dataset.signedOut.split(/[[\]]/);
    const kept = keptHere ? after : `${after} ${line.dataset.notKept}`;
    if (line.textContent === before + link + kept) return;
    const a = document.createElement("a");
    Object.assign(a, { href: line.dataset.login, target: "_blank", textContent: link });
    line.replaceChildren(before, a, kept);
  }

  function saySaved(answer) {
    const { live, saved, told } = answer;
    const sentence = live ? line.dataset.live : line.dataset.saved;
    say(sentence.replace("{time}", live || saved) + (told ? ` ${told}` : ""));
  }

  // In this browser: one entry for each page of a form.

  const keyOf = (uuid, tab) => `post:${uuid}${mine}${tab}`;
  const ownKey = () => keyOf(hidden("_uuid").value, hidden("_tab").value);

  function entries() {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith("post:"));
    const found = keys.map((key) => {
      try {
        return { key, ...JSON.parse(localStorage.getItem(key)) };
      } catch {
        return { key, t: 0 };
      }
    });
    return found.sort((a, b) => a.t - b.t);
  }

  function keepHere() {
    clearTimeout(localTimer);
    const text = snapshot();
    try {
      if (text === confirmed) return localStorage.removeItem(ownKey());
      const entry = {
        fields: JSON.parse(text),
        version: hidden("_version").value,
        tab: hidden("_tab").value,
        number: text === sent ? number : number + 1,
        t: Date.now(),
      };
      keptHere = store(ownKey(), JSON.stringify(entry));
    } catch {
      keptHere = false; // storage is switched off
    }
  }

  function store(key, value) {
    const others = entries().filter((entry) => entry.key !== key);
    for (;;) {
      try {
        localStorage.setItem(key, value);
        return true;
      } catch {
        if (!others.length) return false;
        localStorage.removeItem(others.shift().key);
      }
    }
  }

  function dropOld() {
    const found = entries();
    const surplus = found.length - ENTRIES;
    found.forEach((entry, place) => {
      if (place < surplus || entry.t < Date.now() - DAYS) localStorage.removeItem(entry.key);
    });
  }

  // To the server.

  async function request(url, options) {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), GIVE_UP);
    running = controller;
    try {
      const answer = await fetch(url, { ...options, signal: controller.signal });
      const isJson = /^application\/json/.test(answer.headers.get("Content-Type"));
      const body = isJson ? await answer.json() : {};
      return { ...body, status: answer.status, isJson };
    } catch {
      return { status: 0 };
    } finally {
      clearTimeout(timer);
      running = null;
    }
  }

  function post(url, pairs, page) {
    const data = new FormData();
    for (const [name, value] of pairs) data.append(name, value);
    data.append("csrfmiddlewaretoken", hidden("csrfmiddlewaretoken").value);
    data.append("_user", line.dataset.user);
    for (const name of ["tab", "number", "version"]) data.append(`_${name}`, page[name]);
    return request(url, { method: "POST", body: data });
  }

  async function send() {
    clearTimeout(sendTimer);
    if (running || leaving) return schedule(PAUSE);
    const text = snapshot();
    typingSince = 0;
    // After a failure even a text that was taken back is sent: the line has to be true again.
    if (text === confirmed && !failures) return;
    if (!failures) say(line.dataset.saving);
    sent = text;
    number += 1;
    hidden("_number").value = number;
    keepHere();
    const page = { tab: hidden("_tab").value, number, version: hidden("_version").value };
    const answer = await post(line.dataset.url, JSON.parse(text), page);
    if (leaving) return;
    if (answer.status === 200 && answer.isJson) return succeed(answer, text);
    if (answer.status === 409) return becomeNewTab();
    if (answer.status === 403 && answer.saved) return keepAsSuggestion(answer, text);
    if ([400, 403, 413].includes(answer.status) && !answer.isJson) return refresh(answer);
    fail(answer);
  }

  function succeed(answer, text) {
    failures = 0;
    confirmed = text;
    becomeExisting(answer);
    keepHere();
    if (snapshot() === text) saySaved(answer);
    else changed();
  }

  function keepAsSuggestion(answer, text) {
    failures = 0;
    confirmed = text;
    keepHere();
    say(answer.told);
  }

  function becomeExisting(answer) {
    const isNew = hidden("_version").value === "";
    hidden("_version").value = answer.version;
    if (!isNew) return;
    form.action = answer.change;
    history.replaceState(history.state, "", answer.change);
  }

  // Another window goes on with the text of this page: from now on these are two.
  function becomeNewTab() {
    localStorage.removeItem(ownKey());
    const bytes = crypto.getRandomValues(new Uint8Array(8));
    hidden("_tab").value = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    hold();
    send();
  }

  function fail(answer) {
    failures += 1;
    keepHere();
    if (answer.status === 401) saySignedOut();
    else if (answer.told) sayKept(line.dataset.refused.replace("{told}", answer.told));
    else if (answer.status === 413) sayKept(line.dataset.tooLarge);
    else sayKept(answer.status ? line.dataset.busy : line.dataset.offline);
    schedule(Math.min(PAUSE * 2 ** (failures - 1), LONGEST));
  }

  // Not JSON: Django refused the token, or the size.
  async function refresh(refusal) {
    const field = hidden("csrfmiddlewaretoken");
    const answer = await request(line.dataset.token);
    if (!answer.token) return fail(answer.status === 401 ? answer : refusal);
    if (String(answer.user) !== line.dataset.user) return fail({ told: line.dataset.other });
    if (refusal.status !== 403 || failures > 5) return fail(refusal);
    for (const each of document.getElementsByName(field.name)) each.value = answer.token;
    failures += 1;
    send();
  }

  function schedule(pause) {
    clearTimeout(sendTimer);
    sendTimer = setTimeout(send, pause);
  }

  function changed() {
    const now = Date.now();
    typingSince ||= now;
    clearTimeout(localTimer);
    localTimer = setTimeout(keepHere, SECOND / 2);
    if (failures) return; // an attempt is scheduled
    schedule(Math.min(PAUSE, Math.max(0, typingSince + LONGEST - now)));
  }

  function tryNow() {
    if (failures) send();
  }

  // What an earlier page kept here and the server never confirmed: sent first, so that it is offered
  // like any other unsaved text.

  async function sendFound() {
    if (running) return setTimeout(sendFound, PAUSE);
    const held = await heldTabs();
    const others = entries().filter((entry) => entry.key.includes(mine) && entry.fields);
    for (const entry of others) {
      const uuid = entry.key.split(":")[1];
      const isOwn = entry.key === ownKey();
      if (isOwn ? entry.number <= number : held.has(entry.tab)) continue;
      const url = line.dataset.url.replace(hidden("_uuid").value, uuid);
      const answer = await post(url, entry.fields, entry);
      if (answer.status === 0) return setTimeout(sendFound, LONGEST);
      if (answer.status === 200 || answer.status === 409 || answer.saved) {
        localStorage.removeItem(entry.key);
      }
      const isHere = uuid === hidden("_uuid").value;
      const isNew = entry.version === "" && hidden("_version").value === "";
      if (answer.differs && (isHere || isNew)) offer(answer);
    }
  }

  function offer(answer) {
    const box = document.getElementById("unsaved");
    const sentence = box.querySelector("[data-sentence]");
    sentence.textContent = sentence.dataset.sentence.replace("{time}", answer.saved);
    box.querySelector("[data-way=compare]").href = answer.unsaved;
    box.querySelector("[data-way=continue]").href = `${answer.change}?continue=${answer.copy}`;
    box.querySelector("form").action = answer.unsaved;
    box.querySelector("[name=copy]").value = answer.copy;
    box.hidden = false;
  }

  // A lock tells other windows that this page is still open and sends its text itself.
  function hold() {
    navigator.locks?.request(`post-${hidden("_tab").value}`, () => new Promise(() => {}));
  }

  async function heldTabs() {
    const { held = [] } = (await navigator.locks?.query()) || {};
    return new Set(held.map((lock) => lock.name.replace(/^post-/, "")));
  }

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  // Django's calendar and pop-ups change fields without an event.
  setInterval(() => {
    if (!document.hidden && !typingSince && !running && snapshot() !== confirmed) changed();
  }, PAUSE);
  addEventListener("online", tryNow);
  addEventListener("focus", tryNow);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && snapshot() !== confirmed) {
      keepHere();
      if (!failures) send();
    } else {
      tryNow();
    }
  });
  addEventListener("beforeunload", (event) => {
    if (leaving || snapshot() === confirmed) return;
    keepHere();
    event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    const opensElsewhere = event.submitter?.formTarget || form.target;
    if (event.defaultPrevented || opensElsewhere) return;
    sent = snapshot();
    number += 1;
    hidden("_number").value = number;
    leaving = true;
    keepHere();
    running?.abort();
    clearTimeout(sendTimer);
    setTimeout(() => {
      leaving = false; // still here
      changed();
    }, LONGEST);
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) leaving = false;
  });

  hold();
  try {
    dropOld();
    sendFound();
  } catch {
    keptHere = false;
  }
  if (confirmed === null) changed();
})();
