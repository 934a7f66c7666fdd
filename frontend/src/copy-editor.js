// Findings while somebody writes: <form id="x" data-copy-editor="address"> with fields [data-copy-part], and a panel
// [data-copy-panel="x"] (compliance/_copy_panel.html). Without this script the form works as any other.
import "./css/copy-editor.css";
import { lengthOf } from "./js/code-points.js";
import { CopyField } from "./js/copy-field.js";

const PAUSE = 300;
const PATIENCE = 15_000;
const LEVELS = { block: "tag-red", high: "tag-gold", warn: "tag-blue", clean: "tag-green", unchecked: "tag-gold" };
const WORDS = JSON.parse(document.getElementById("copy-words")?.textContent ?? "{}");

function put(template, values) {
  return template.replace(/%\((\w+)\)s/g, (_, name) => values[name]);
}

class Refused extends Error {}

class Editor {
  constructor(form) {
    this.form = form;
    this.panel = document.querySelector(`[data-copy-panel="${form.id}"]`);
    this.list = this.panel.querySelector("[data-copy-list]");
    this.status = this.panel.querySelector("[data-copy-status]");
    this.state = this.panel.querySelector("[data-copy-state]");
    this.blank = this.panel.querySelector("template[data-copy-blank]");
    this.most = Number(form.dataset.copyMost || 20_000);
    this.fields = [...form.querySelectorAll("[data-copy-part]")].map((control) => new CopyField(control));
    this.bars = new Map(this.fields.map((field) => [field, this.bar(field)]));
    this.asked = 0;
    this.answer = null;
    this.listen();
    this.changed(true);
  }

  listen() {
    this.form.addEventListener("input", (event) => this.typed(event));
    this.form.addEventListener("compositionend", (event) => this.typed({ target: event.target }));
    this.form.addEventListener("change", (event) => {
      if (!event.target.matches("[data-copy-part]")) this.changed(true);
    });
    this.panel.addEventListener("click", (event) => this.clicked(event));
    document.addEventListener("selectionchange", () => this.pointed());
    // Going back in history gives fields their words without an event.
    window.addEventListener("pageshow", () => {
      if (this.fields.every((field) => field.text === field.shown)) return;
      for (const field of this.fields) field.typed();
      this.changed(true);
    });
  }

  bar(field) {
    if (field.control.tagName !== "TEXTAREA") return null;
    const bar = document.createElement("span");
    bar.className = "copy-bar";
    const length = document.createElement("span");
    const count = document.createElement("a");
    count.href = `#${this.panel.querySelector(".card-title").id}`;
    bar.append(length, count);
    field.box.after(bar);
    return { length, count };
  }

  typed(event) {
    this.fields.find((field) => field.control === event.target)?.typed();
    // Half-written words of an input method are nobody's copy yet.
    if (!event.isComposing) this.changed(this.atOnce);
    this.atOnce = false;
  }

  get texts() {
    return this.fields.map((field) => field.text);
  }

  changed(now = false) {
    clearTimeout(this.timer);
    this.running?.abort();
    this.asked += 1;
    this.answer = null;
    this.freeze();
    this.measure();
    const length = this.texts.reduce((sum, text) => sum + lengthOf(text), 0);
    if (!this.texts.some((text) => text.trim())) return this.rest();
    if (length > this.most) return this.fail(put(WORDS.long, { count: length, most: this.most }), false);
    this.say(WORDS.checking, "", false);
    this.timer = setTimeout(() => this.check(), now ? 0 : PAUSE);
    return undefined;
  }

  async check() {
    const number = this.asked;
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(), PATIENCE);
    this.running = stop;
    try {
      const answer = await this.fetch(stop.signal);
      if (number === this.asked) this.show(answer);
    } catch (error) {
      if (number === this.asked) this.fail(error instanceof Refused ? error.message : WORDS.offline);
    } finally {
      clearTimeout(late);
    }
  }

  async fetch(signal) {
    const body = new URLSearchParams(new FormData(this.form));
    for (const field of this.fields) body.set(field.name, field.text);
    const headers = { Accept: "application/json", "X-CSRFToken": body.get("csrfmiddlewaretoken") ?? "" };
    const address = this.form.dataset.copyEditor;
    const response = await fetch(address, { method: "POST", body, headers, signal, credentials: "same-origin" });
    const answer = await response.json();
    if (!response.ok) throw new Refused(answer.sentence || WORDS.offline);
    if (!Array.isArray(answer.marks) || typeof answer.html !== "string") throw new Error("no findings");
    return answer;
  }

  // What the check said. The text is the one that was sent: any edit since then would have dropped the answer.
  show(answer) {
    this.answer = answer;
    for (const field of this.fields) field.mark(answer.marks.filter((mark) => mark.part === field.name));
    this.fill(answer.html);
    this.say(answer.sentence, answer.severity || "clean", true, answer.count);
    this.guard(false);
    this.pointed();
  }

  // Nothing that was not checked may look as if it were clean.
  fail(sentence, again = true) {
    for (const field of this.fields) field.mark([]);
    const alert = document.createElement("div");
    alert.className = "alert alert-error copy-unchecked";
    const title = document.createElement("p");
    title.className = "alert-title";
    title.textContent = WORDS.failed;
    const reason = document.createElement("p");
    reason.textContent = sentence;
    alert.append(title, reason);
    if (again) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "btn btn-small", textContent: WORDS.again });
      button.dataset.copyAgain = "";
      alert.append(button);
    }
    this.list.replaceChildren(alert);
    this.list.removeAttribute("aria-busy");
    this.say(WORDS.unchecked, "unchecked", true);
    this.guard(true);
  }

  rest() {
    for (const field of this.fields) field.mark([]);
    this.list.replaceChildren(this.blank.content.cloneNode(true));
    this.list.removeAttribute("aria-busy");
    this.say("", "", true);
    this.guard(false);
  }

  // While the text is not checked, saving asks first.
  guard(unchecked) {
    for (const button of this.form.querySelectorAll("[data-copy-guard]")) {
      if (unchecked) button.dataset.confirm = WORDS.save;
      else delete button.dataset.confirm;
    }
  }

  // Fixes belong to the text that was checked.
  freeze() {
    for (const button of this.list.querySelectorAll("[data-copy-fix]")) button.disabled = true;
    this.list.setAttribute("aria-busy", "true");
  }

  fill(html) {
    const keys = (selector) => [...this.list.querySelectorAll(selector)].map((each) => each.dataset.key);
    const open = new Set(keys("details[open][data-key]"));
    const held = this.list.contains(document.activeElement) ? document.activeElement.dataset.key : "";
    this.list.innerHTML = html;
    this.list.removeAttribute("aria-busy");
    for (const each of this.list.querySelectorAll("details[data-key]")) each.open = open.has(each.dataset.key);
    if (held) this.list.querySelector(`[data-key="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
  }

  say(sentence, level, done, count = 0) {
    if (done) this.status.textContent = sentence;
    const tag = { clean: WORDS.clean, unchecked: WORDS.unchecked }[level] ?? (count || (done ? "" : sentence));
    this.state.hidden = !tag;
    this.state.textContent = tag;
    this.state.className = `tag ${LEVELS[level] ?? ""}`;
    for (const bar of this.bars.values()) {
      if (!bar) continue;
      bar.count.textContent = done ? sentence : WORDS.checking;
      bar.count.className = done ? `copy-count copy-count-${level || "none"}` : "copy-count";
    }
    this.form.dataset.copyState = done ? level || "empty" : "checking";
  }

  measure() {
    for (const [field, bar] of this.bars) if (bar) bar.length.textContent = put(WORDS.length, { count: lengthOf(field.text) });
  }

  clicked(event) {
    const button = event.target.closest("[data-copy-show], [data-copy-fix], [data-copy-again]");
    if (!button) return;
    event.preventDefault();
    if ("copyAgain" in button.dataset) this.changed(true);
    else if ("copyShow" in button.dataset) this.fields.some((field) => field.select(Number(button.dataset.copyShow)));
    else if (this.answer) this.fix(button.dataset.copyFix);
  }

  fix(which) {
    this.atOnce = true;
    const { edits, fixed } = this.answer;
    if (which === "all") {
      for (const field of this.fields) if (field.name in fixed) this.wrote(field, field.write(fixed[field.name]));
    } else if (edits[which]) {
      const field = this.fields.find((each) => each.name === edits[which].part);
      this.wrote(field, field.apply(edits[which]));
    }
    this.atOnce = false;
  }

  wrote(field, fits) {
    if (!fits) this.status.textContent = put(WORDS.noroom, { most: field.control.maxLength });
  }

  // The finding under the caret is shown as such in the panel.
  pointed() {
    const field = this.fields.find((each) => each.control === document.activeElement);
    const under = new Set((field?.under() ?? []).map(String));
    for (const item of this.list.querySelectorAll("[data-copy-finding]")) {
      item.classList.toggle("finding-here", item.dataset.copyFinding.split(" ").some((number) => under.has(number)));
    }
  }
}

for (const form of document.querySelectorAll("form[data-copy-editor]")) new Editor(form);
