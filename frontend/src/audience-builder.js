// Edits the JSON in a textarea as a tree of groups and conditions, by mouse and by keyboard:
// <div data-rule-builder data-source="id of the textarea" data-catalogue="id of the fields" data-words="id of the
// words" data-values="address that finds values">, inside [data-rule-ways] with the other ways to write a rule.
import { closePicks } from "./audience-choosing.js";
import { draggable } from "./audience-drag.js";
import { Drawing } from "./audience-drawing.js";
import { showEffects } from "./audience-effects.js";
import { make, tool } from "./audience-elements.js";
import { History } from "./audience-history.js";
import { Tabs } from "./audience-tabs.js";
import { RuleText } from "./audience-text.js";
import { holds, parentOf, readTree, shift, move, writeTree } from "./audience-tree.js";
import { Values } from "./audience-values.js";

const json = (id) => JSON.parse(document.getElementById(id).textContent);
const isBigger = (event) => event.ctrlKey || event.metaKey;

export class Builder {
  constructor(place) {
    this.source = document.getElementById(place.dataset.source);
    this.words = json(place.dataset.words);
    this.fields = json(place.dataset.catalogue);
    this.address = place.dataset.values;
    this.tree = make("div", { className: "rule-tree" });
    this.said = make("p", { className: "visually-hidden" });
    this.said.setAttribute("aria-live", "polite");
    this.history = new History(this.source.value);
    this.values = new Values(this.words, (key) => this.changed({ key, shape: false }), (field, typed) => this.more(field, typed));
    this.drawing = new Drawing(this);
    this.place = place;
    place.replaceChildren(this.toolbar(), this.tree, this.said);
    this.listen();
    this.read();
    this.ways(place.closest("[data-rule-ways]"));
  }

  listen() {
    this.source.addEventListener("input", () => this.read());
    this.source.addEventListener("change", () => this.history.push(this.source.value, "json"));
    this.place.addEventListener("keydown", (event) => this.key(event));
    document.body.addEventListener("htmx:afterSwap", () => this.answered());
    document.addEventListener("click", (event) => closePicks(this.tree, event.target));
    draggable({
      place: this.tree,
      itemOf: (element) => this.drawing.itemOf(element),
      allowed: (item, group) => !holds(item, group),
      drop: (item, group, index) => { if (move(this.root, item, group, index)) this.moved(item); },
    });
  }

  ways(around) {
    if (!around) return;
    const text = around.querySelector("[data-tab=text]");
    const typed = text && new RuleText(text, this.source, (rule) => this.put(rule));
    this.tabs = new Tabs(around, (name) => { if (name === "text") typed?.show(); });
  }

  toolbar() {
    this.undo = tool("undo", `${this.words.undo} (Ctrl+Z)`, () => this.step("undo"));
    this.redo = tool("redo", `${this.words.redo} (Ctrl+Shift+Z)`, () => this.step("redo"));
    const help = make("p", { className: "rule-help", textContent: this.words.help });
    return make("div", { className: "rule-toolbar" }, this.undo, this.redo, help);
  }

  // From the text to the tree.
  read() {
    try {
      this.root = readTree(JSON.parse(this.source.value || "{}"), (rule) => this.fieldOf(rule));
      this.draw();
    } catch {
      this.root = null;
      this.tree.replaceChildren(make("p", { className: "alert alert-warning", textContent: this.words.broken }));
    }
    this.steps();
  }

  fieldOf(rule) {
    const family = rule.field.includes(":") ? `${rule.field.split(":")[0]}:` : "";
    return this.fields.find((field) => field.name === (family || rule.field));
  }

  // From the tree to the text; whoever counts hears of it. `key` names the control, so that its changes are one step.
  changed({ key = null, shape = true, focus = null } = {}) {
    this.source.value = JSON.stringify(writeTree(this.root), null, 2);
    this.history.push(this.source.value, key);
    this.tell();
    if (shape) this.draw(focus);
    this.steps();
  }

  put(text) {
    this.source.value = text;
    this.history.push(text, "text");
    this.tell();
    this.read();
  }

  tell() {
    this.place.classList.add("rule-stale");
    this.source.dispatchEvent(new Event("change", { bubbles: true }));
  }

  step(name) {
    const text = this.history[name]();
    if (text === null) return;
    this.source.value = text;
    this.tell();
    this.read();
    this.say(this.words[`${name}ne`]);
  }

  steps() {
    this.undo.disabled = !this.history.past.length;
    this.redo.disabled = !this.history.future.length;
  }

  draw(focus = document.activeElement?.dataset?.key) {
    this.tree.replaceChildren(this.drawing.root(this.root));
    if (focus) this.tree.querySelector(`[data-key="${CSS.escape(focus)}"]`)?.focus();
    this.answered();
  }

  key(event) {
    if (isBigger(event) && ["z", "y"].includes(event.key.toLowerCase())) {
      event.preventDefault();
      return this.step(event.key.toLowerCase() === "y" || event.shiftKey ? "redo" : "undo");
    }
    const box = event.target.closest(".rule-leaf, .rule-group");
    const onGrip = event.target.matches("[data-grip]");
    if (!box || !this.root || !(onGrip || event.altKey)) return;
    const item = this.drawing.itemOf(box);
    if (item === this.root) return;
    if (/^Arrow/.test(event.key)) {
      event.preventDefault();
      if (shift(this.root, item, event.key)) this.moved(item);
      else this.say(this.words.cannotMove);
    } else if (event.key === "Delete") {
      event.preventDefault();
      this.drawing.remove(item);
    }
  }

  moved(item) {
    this.changed({ focus: null });
    this.drawing.gripOf(item)?.focus();
    const parent = parentOf(this.root, item);
    const place = { place: parent.items.indexOf(item) + 1, of: parent.items.length, group: this.words[parent.mode] };
    this.say(this.words.moved.replace(/%\((\w+)\)s/g, (_, name) => place[name]));
  }

  say(words) {
    this.said.textContent = words;
  }

  async more(field, typed) {
    const answer = await fetch(`${this.address}?${new URLSearchParams({ field, q: typed })}`, { headers: { Accept: "application/json" } });
    return answer.ok ? (await answer.json()).values.map((value) => ({ value, label: value })) : [];
  }

  // The server has counted: mark what is wrong, show what each condition does.
  answered() {
    const funnel = document.getElementById("rule-funnel");
    if (funnel?.querySelector("[data-funnel-path]")) {
      showEffects(this.tree, funnel);
      this.place.classList.remove("rule-stale");
    }
    for (const marked of this.tree.querySelectorAll(".rule-wrong")) marked.classList.remove("rule-wrong");
    const wrong = document.querySelector("[data-rule-path]")?.dataset.rulePath;
    if (!wrong) return;
    showEffects(this.tree, funnel);
    const parts = [...this.tree.querySelectorAll("[data-path]")].filter((part) => wrong.startsWith(part.dataset.path));
    parts.sort((one, other) => other.dataset.path.length - one.dataset.path.length)[0]?.classList.add("rule-wrong");
  }
}
