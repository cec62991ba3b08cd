// Sends changes with growing numbers and keeps them until the server has acknowledged each: a lost connection, a server
// that is restarted and a page that is left open lose nothing.

const PAUSE = 1500; // milliseconds after the last key, and
const LONGEST = 5000; // at most so long after the first
const HEARTBEAT = 30000;

export class Saver {
  constructor(form, valueOf, setValue, markContents) {
    Object.assign(this, { form, valueOf, setValue, markContents });
    this.client = crypto.randomUUID?.() ?? `${Math.random()}`.slice(2) + Date.now(); // never that of an earlier page
    this.token = form.elements.csrf.value;
    this.state = document.querySelector("[data-saved]");
    this.left = false;
    this.over = false;
    this.seen = form.dataset.seen; // when this page last heard what was saved from elsewhere
    this.sequence = 0;
    this.dirty = new Map(); // field → number of its latest change
    this.overtaken = new Set(); // fields that were changed elsewhere while this page could not know
    this.atOnce = 100;
    this.disputed = new Set();
    this.notes = new Map();
    this.failures = 0;
    this.sending = null;
    this.listeners = [];
    addEventListener("beforeunload", (event) => {
      if (this.waiting() && !this.left && !this.over) event.preventDefault();
    });
    addEventListener("online", () => this.flush());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.flush() : this.heartbeat()));
    setInterval(() => this.heartbeat(), HEARTBEAT + 5000 * Math.random());
    form.addEventListener("submit", () => { this.left = true; });
  }

  waiting() {
    return this.dirty.size > 0;
  }

  onTold(listener) {
    this.listeners.push(listener);
  }

  changed(name) {
    this.disputed.delete(name);
    this.problem = undefined;
    this.notes.get(name)?.remove();
    this.sequence += 1;
    this.dirty.set(name, this.sequence);
    this.tell("Not saved yet …");
    clearTimeout(this.timer);
    this.first = this.first ?? Date.now();
    this.timer = setTimeout(() => this.flush(), Math.max(0, Math.min(PAUSE, this.first + LONGEST - Date.now())));
  }

  // sends what waits; true when nothing waits any more
  async flush() {
    if (this.sending) await this.sending;
    while (this.waiting() && !this.over) {
      this.sending = this.send();
      const sent = await this.sending;
      this.sending = null;
      if (!sent) return false;
    }
    return !this.waiting();
  }

  async send() {
    clearTimeout(this.timer);
    this.first = undefined;
    const batch = [...this.dirty].slice(0, this.atOnce);
    const writes = batch.map(([name, sequence]) => {
      const cut = name.lastIndexOf("/");
      return { sequence, item: name.slice(0, cut), part: name.slice(cut + 1), text: this.valueOf(name) };
    });
    try {
      const answer = await this.post("/exam/autosave", { client: this.client, seen: this.seen, writes });
      if (answer.status === 409 || answer.status === 400) return this.dismiss(await answer.json(), batch);
      if (answer.status === 401 || answer.status === 403) throw new Error("session");
      if (!answer.ok) throw new Error(String(answer.status));
      const told = await answer.json();
      const kept = new Set(told.sequences);
      for (const [name, sequence] of batch) {
        if (!kept.has(sequence)) continue;
        if (this.dirty.get(name) === sequence) this.dirty.delete(name); // not changed again meanwhile
        if (told.overtaken.includes(sequence)) this.overtaken.add(name);
      }
      this.failures = 0;
      this.listeners.forEach((listener) => listener(told));
      if (!this.waiting()) this.atOnce = 100;
      const saved = this.problem ?? `All saved at ${new Date(told.at).toLocaleTimeString()}`;
      this.tell(this.waiting() ? "Not saved yet …" : saved, Boolean(this.problem));
      if (this.overtaken.size) await this.heartbeat();
      return true;
    } catch (error) {
      return this.retry(error);
    }
  }

  post(address, data) {
    const headers = { "Content-Type": "application/json", "X-CSRF-Token": this.token };
    const signal = AbortSignal.timeout(15000);
    return fetch(address, { method: "POST", headers, body: JSON.stringify(data), signal });
  }

  // one save is refused whole, so what was refused is tried by itself: a single answer must not hold up the others
  dismiss(told, batch) {
    if (["over", "submitted"].includes(told.why)) return this.refuse(told);
    if (batch.length > 1) {
      this.atOnce = 1;
      return true;
    }
    const [name, sequence] = batch[0];
    if (this.dirty.get(name) === sequence) this.dirty.delete(name);
    this.problem = `${name.replace("/", " ")} is not saved: ${told.text}`;
    this.tell(this.problem, true);
    return true;
  }

  refuse(told) {
    this.over = true;
    this.tell(told.text, true);
    return false;
  }

  retry(error) {
    this.failures += 1;
    const pause = Math.min(20, 2 ** Math.min(this.failures, 5)) * (0.5 + Math.random() / 2);
    const reasons = {
      session: "You were signed out: enter again in another tab, then come back here.",
      503: "The exam room cannot reach its records just now.",
    };
    const why = reasons[error.message] ?? "No connection.";
    this.tell(`Not saved. ${why} Trying again; keep this page open.`, true);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), 1000 * pause);
    return false;
  }

  // hears the time that is left, and what was saved from elsewhere
  async heartbeat() {
    if (this.over) return;
    try {
      const answer = await fetch("/exam/state", { signal: AbortSignal.timeout(15000) });
      if (!answer.ok) return;
      const told = await answer.json();
      this.listeners.forEach((listener) => listener(told));
      if (told.state === "submitted") this.refuse({ text: "This paper is handed in." });
      this.seen = told.seen;
      let elsewhere = 0;
      for (const row of told.answers) {
        const name = `${row.item}/${row.part}`;
        if (this.overtaken.delete(name)) this.dispute(name, row.text);
        if (row.client === this.client || this.dirty.has(name) || this.valueOf(name) === row.text) continue;
        if (this.form.elements[name] === document.activeElement || this.disputed.has(name)) continue;
        this.setValue(name, row.text);
        this.markContents(row.item);
        elsewhere += 1;
      }
      if (elsewhere) this.tell(`${elsewhere} answer${elsewhere > 1 ? "s" : ""} brought up to date from another device`);
    } catch {
      // the next save tells
    }
  }

  // shows beside a field what another device saved in it; the next change made here holds again
  dispute(name, text) {
    this.disputed.add(name);
    const input = [...this.form.elements].find((one) => one.name === name);
    const note = document.createElement("p");
    note.className = "note open";
    note.setAttribute("role", "alert");
    note.textContent = `Changed on another device meanwhile, and that counts: “${text.slice(0, 200)}”. To count what stands here instead, change it once more.`;
    input.closest(".field").append(note);
    this.notes.set(name, note);
  }

  tell(text, bad = false) {
    if (this.state.textContent !== text) this.state.textContent = text;
    this.state.classList.toggle("bad", bad);
  }
}
