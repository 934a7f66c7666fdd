// Draws the tree of a rule: groups and conditions with their controls.
import { chooser } from "./audience-choosing.js";
import { make, shape, tool } from "./audience-elements.js";
import { dissolve, duplicate, isGroup, MODES, parentOf, pathIn, remove, wrap } from "./audience-tree.js";
import { select } from "./audience-values.js";

const DEEPEST = 6; // levels of the path; the server refuses more than eight of groups and conditions

export class Drawing {
  constructor(builder) {
    this.builder = builder;
    this.words = builder.words;
    this.values = builder.values;
    this.shown = new Map();
    this.options = builder.fields.map((field) => ({ value: field.name, label: field.label, group: field.group, hint: field.description }));
  }

  root(root) {
    this.shown.clear();
    return this.group(root, "rule", null);
  }

  itemOf(element) {
    for (const [item, box] of this.shown) if (box === element) return item;
    return null;
  }

  gripOf(item) {
    return this.shown.get(item)?.querySelector("[data-grip]");
  }

  draw(item, path, parent) {
    return isGroup(item) ? this.group(item, path, parent) : this.leaf(item, path, parent);
  }

  group(group, path, parent) {
    const { words, builder } = this;
    const mode = select(MODES.map((each) => [each, words[each]]), group.mode, `${path} mode`, (value) => {
      group.mode = value;
      builder.changed();
    }, words.match);
    const items = make("div", { className: "rule-items" });
    for (const item of group.items) items.append(this.draw(item, pathIn(group, path, item), group));
    if (!group.items.length) items.append(make("p", { className: "rule-empty", textContent: parent ? words.emptyGroup : words.everybody }));
    const box = make(
      "div",
      { className: "rule-group", dataset: { path } },
      make("div", { className: "rule-head" }, parent && this.grip(words.moveGroup, path), make("span", { textContent: words.match }), mode, parent && this.groupTools(group, path)),
      items,
      this.actions(group, path),
    );
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", words[group.mode]);
    this.shown.set(group, box);
    return box;
  }

  actions(group, path) {
    const { words } = this;
    const add = make("button", { type: "button", className: "btn btn-small", textContent: `+ ${words.addCondition}`, dataset: { key: `${path} add` } });
    add.addEventListener("click", () => this.add(group));
    if (path.split(".").length >= DEEPEST) return make("div", { className: "rule-actions" }, add);
    const nest = make("button", { type: "button", className: "btn btn-small", textContent: `+ ${words.addGroup}`, dataset: { key: `${path} nest` } });
    nest.addEventListener("click", () => {
      const inner = { mode: group.mode === "all" ? "any" : "all", items: [] };
      group.items.push(inner);
      this.add(inner);
    });
    return make("div", { className: "rule-actions" }, add, nest);
  }

  // A new condition, with the list of fields open.
  add(group) {
    const fresh = this.values.fresh(this.builder.fields[0]);
    group.items.push(fresh);
    this.builder.changed();
    const box = this.shown.get(fresh).querySelector(".rule-field input");
    box.focus();
    box.click();
  }

  groupTools(group, path) {
    const { words, builder } = this;
    return make(
      "span",
      { className: "rule-tools" },
      tool("copy", words.duplicate, () => this.after(duplicate(builder.root, group))),
      tool("ungroup", words.ungroup, () => {
        dissolve(builder.root, group);
        builder.changed();
      }),
      tool("trash", words.removeGroup, () => this.remove(group), { className: "rule-tool rule-remove" }),
    );
  }

  leafTools(rule) {
    const { words, builder } = this;
    return make(
      "span",
      { className: "rule-tools" },
      tool("copy", words.duplicate, () => this.after(duplicate(builder.root, rule))),
      tool("group", words.wrap, () => {
        wrap(builder.root, rule);
        builder.changed();
        this.gripOf(rule)?.focus();
      }),
      tool("trash", words.remove, () => this.remove(rule), { className: "rule-tool rule-remove" }),
    );
  }

  after(item) {
    this.builder.changed();
    this.gripOf(item)?.focus();
  }

  // What stood beside it is focused then, so that the keyboard is not lost.
  remove(item) {
    const parent = parentOf(this.builder.root, item);
    const place = parent.items.indexOf(item);
    remove(this.builder.root, item);
    this.builder.changed();
    const next = parent.items[Math.min(place, parent.items.length - 1)];
    (next ? this.gripOf(next) : this.shown.get(parent).querySelector("[data-key$=' add']"))?.focus();
    this.builder.say(this.words.removed);
  }

  grip(words, path) {
    const grip = make("button", { type: "button", className: "rule-grip", title: words, dataset: { grip: "", key: `${path} grip` } }, shape("grip"));
    grip.setAttribute("aria-label", words);
    grip.setAttribute("aria-keyshortcuts", "ArrowUp ArrowDown ArrowLeft ArrowRight Delete");
    return grip;
  }

  leaf(rule, path, parent) {
    const { words, builder } = this;
    const field = builder.fieldOf(rule);
    const operator = field.operators.find(([code]) => code === rule.op) ?? field.operators[0];
    const compare = select(field.operators, rule.op, `${path} op`, (value) => {
      rule.op = value;
      this.values.fit(rule, field);
      builder.changed();
    }, words.comparison);
    const box = make(
      "div",
      { className: "rule-leaf", dataset: { path } },
      this.grip(`${words.move} ${field.label}`, path),
      this.fields(rule, field, path, parent),
      compare,
      this.values.draw(rule, field, operator[2], path),
      this.leafTools(rule),
      make("div", { className: "rule-parameters" }, ...this.values.parameters(rule, field, path)),
      field.nullable && operator[2] !== "nothing" ? this.missing(rule, path) : null,
      make("p", { className: "rule-note", textContent: field.description }),
    );
    this.shown.set(rule, box);
    return box;
  }

  fields(rule, field, path, parent) {
    const { words, builder } = this;
    const chosen = chooser({
      options: this.options, chosen: field.name, key: `${path} field`, words, label: words.field,
      set: (name) => {
        const fresh = this.values.fresh(builder.fields.find((each) => each.name === name));
        parent.items.splice(parent.items.indexOf(rule), 1, fresh);
        builder.changed({ focus: `${path} op` });
      },
    });
    chosen.classList.add("rule-field");
    if (!field.family) return chosen;
    const members = field.family.map((each) => (Array.isArray(each) ? { value: String(each[0]), label: each[1] } : { value: each, label: each }));
    const label = field.listed ? words.whichAudience : words.attribute;
    const name = chooser({
      options: members, chosen: rule.field.slice(field.name.length), key: `${path} member`, free: !field.listed, label,
      words: members.length ? words : { ...words, nothingFound: words.noAudience },
      set: (value) => {
        rule.field = field.name + value;
        builder.changed({ key: `${path} member`, shape: false });
      },
    });
    name.querySelector("input").placeholder = label;
    return make("span", { className: "rule-value" }, chosen, name);
  }

  missing(rule, path) {
    const box = make("input", { type: "checkbox", checked: rule.missing === "include", dataset: { key: `${path} missing` } });
    box.addEventListener("change", (event) => {
      event.stopPropagation();
      if (box.checked) rule.missing = "include";
      else delete rule.missing;
      this.builder.changed({ shape: false });
    });
    return make("label", { className: "rule-missing" }, box, make("span", { textContent: this.words.missing }));
  }
}
