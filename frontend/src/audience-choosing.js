// Choosing one of many by typing: a text box with a list under it.
import { make } from "./audience-elements.js";
import { matching } from "./audience-search.js";

const MOST_SHOWN = 200;
let lists = 0;

// `options`: {value, label, group, hint}. `chosen` is the value now. With `free`, what is typed may stand as it is;
// then `set` gets the text. `more(typed)` may promise further options.
export function chooser({ options, chosen, key, words, set, free = false, label = "", more = null }) {
  return new Chooser({ options, chosen, key, words, set, free, label, more }).place;
}

class Chooser {
  constructor(given) {
    Object.assign(this, given);
    this.active = -1;
    this.shown = [];
    const id = `rule-options-${++lists}`;
    this.box = make("input", {
      type: "text", value: this.labelOf(this.chosen), autocomplete: "off", spellcheck: false, dataset: { key: this.key },
    });
    const says = { role: "combobox", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list", "aria-label": this.label };
    for (const [name, value] of Object.entries(says)) if (value) this.box.setAttribute(name, value);
    this.list = make("div", { id, className: "rule-options", hidden: true });
    this.list.setAttribute("role", "listbox");
    this.place = make("span", { className: "rule-chooser" }, this.box, this.list);
    this.box.addEventListener("focus", () => this.box.select());
    this.box.addEventListener("click", () => this.open());
    this.box.addEventListener("input", (event) => { event.stopPropagation(); this.open(this.box.value); });
    this.box.addEventListener("change", (event) => event.stopPropagation());
    this.box.addEventListener("keydown", (event) => this.key_(event));
    this.box.addEventListener("blur", () => this.leave());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  labelOf(value) {
    const found = this.options.find((option) => String(option.value) === String(value));
    return found ? found.label : this.free ? String(value ?? "") : "";
  }

  async open(typed = "") {
    this.typed = typed;
    this.draw(matching(this.options, typed));
    if (!this.more || !typed.trim()) return;
    const further = await this.more(typed);
    if (this.typed !== typed || this.list.hidden) return;
    const have = new Set(this.shown.map((option) => String(option.value)));
    this.draw([...this.shown, ...further.filter((option) => !have.has(String(option.value)))]);
  }

  draw(found) {
    this.shown = found.slice(0, MOST_SHOWN);
    const parts = [];
    let group = null;
    this.shown.forEach((option, index) => {
      if (option.group && option.group !== group) parts.push(make("p", { className: "rule-options-group", textContent: option.group }));
      group = option.group;
      parts.push(this.drawOption(option, index));
    });
    if (!parts.length) parts.push(make("p", { className: "rule-options-none", textContent: this.free ? this.words.asTyped : this.words.nothingFound }));
    this.list.replaceChildren(...parts);
    this.list.hidden = false;
    this.box.setAttribute("aria-expanded", "true");
    const now = this.shown.findIndex((option) => String(option.value) === String(this.chosen));
    this.point(this.typed ? (this.free ? -1 : 0) : now);
  }

  drawOption(option, index) {
    const shown = make("div", { className: "rule-option", id: `${this.list.id}-${index}` },
      make("span", { textContent: option.label }), option.hint && make("small", { textContent: option.hint }));
    shown.setAttribute("role", "option");
    shown.setAttribute("aria-selected", String(String(option.value) === String(this.chosen)));
    shown.addEventListener("click", () => this.take(option));
    return shown;
  }

  point(index) {
    const options = [...this.list.querySelectorAll(".rule-option")];
    options[this.active]?.classList.remove("rule-option-active");
    this.active = options[index] ? index : -1;
    options[this.active]?.classList.add("rule-option-active");
    options[this.active]?.scrollIntoView({ block: "nearest" });
    if (this.active < 0) this.box.removeAttribute("aria-activedescendant");
    else this.box.setAttribute("aria-activedescendant", options[this.active].id);
  }

  key_(event) {
    if (event.isComposing) return;
    const open = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) this.open();
      else this.point(Math.max(0, Math.min(this.shown.length - 1, this.active + (event.key === "ArrowDown" ? 1 : -1))));
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (open && this.active >= 0) this.take(this.shown[this.active]);
      else if (this.free) this.takeTyped();
      else this.open();
    } else if (event.key === "Escape" && open) {
      event.stopPropagation();
      this.box.value = this.labelOf(this.chosen);
      this.close();
    }
  }

  take(option) {
    const same = String(option.value) === String(this.chosen);
    this.chosen = option.value;
    this.box.value = option.label;
    this.close();
    if (!same) this.set(option.value);
  }

  takeTyped() {
    const typed = this.box.value.trim();
    const named = this.options.find((option) => option.label === typed);
    const value = named ? named.value : typed;
    this.close();
    if (value === "" || String(value) === String(this.chosen)) return;
    this.chosen = value;
    this.set(value);
  }

  leave() {
    if (this.free) this.takeTyped();
    this.box.value = this.labelOf(this.chosen);
    this.close();
  }

  close() {
    this.typed = "";
    this.list.hidden = true;
    this.active = -1;
    this.box.setAttribute("aria-expanded", "false");
    this.box.removeAttribute("aria-activedescendant");
  }
}

// Several of a list: check boxes behind a summary that names what is chosen; a search box when they are many.
export function picker({ options, chosen, key, words, set }) {
  let now = chosen;
  const named = () => options.filter(({ value }) => now.includes(value)).map(({ label }) => label).join("、") || words.any_value;
  const shown = make("span", { textContent: named() });
  const rows = options.map((option) => {
    const box = make("input", { type: "checkbox", checked: now.includes(option.value) });
    box.addEventListener("change", (event) => {
      event.stopPropagation();
      now = options.map(({ value }) => value).filter((value) => (value === option.value ? box.checked : now.includes(value)));
      shown.textContent = named();
      set(now);
    });
    return [option, make("label", {}, box, make("span", { textContent: option.label }))];
  });
  const list = make("div", { className: "rule-pick-list" }, ...rows.map(([, row]) => row));
  if (options.length > 8) list.prepend(searchBox(rows, words));
  return make("details", { className: "rule-pick" }, make("summary", { dataset: { key } }, shown), list);
}

function searchBox(rows, words) {
  const box = make("input", { type: "search", placeholder: words.search, className: "rule-pick-search" });
  box.setAttribute("aria-label", words.search);
  box.addEventListener("input", (event) => {
    event.stopPropagation();
    const found = new Set(matching(rows.map(([option]) => option), box.value));
    for (const [option, row] of rows) row.hidden = !found.has(option);
  });
  box.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  return box;
}

export function closePicks(place, target) {
  for (const open of place.querySelectorAll(".rule-pick[open]")) if (!open.contains(target)) open.open = false;
}
