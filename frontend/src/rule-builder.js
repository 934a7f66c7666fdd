// Edits the JSON in a textarea as a tree of groups and conditions: <div data-rule-builder data-source="id of the
// textarea" data-catalogue="id of the fields" data-words="id of the words">. Without this script the textarea remains.
import "./css/rule-builder.css";

const MODES = ["all", "any", "none"];
const BLANK = { all: [] };

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter(Boolean));
  return element;
}

function json(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

// A group is shown with a mode; "none" is written {"not": {"any": […]}}.
function groupOf(node) {
  if (Array.isArray(node.all)) return { mode: "all", items: node.all };
  if (Array.isArray(node.any)) return { mode: "any", items: node.any };
  if (node.not && Array.isArray(node.not.any)) return { mode: "none", items: node.not.any };
  if (node.not) return { mode: "none", items: [node.not] };
  return null;
}

function nodeOf(mode, items) {
  return mode === "none" ? { not: { any: items } } : { [mode]: items };
}

function pathOf(path, mode, index) {
  return mode === "none" ? `${path}.not.any[${index}]` : `${path}.${mode}[${index}]`;
}

class Builder {
  constructor(place) {
    this.place = place;
    this.source = document.getElementById(place.dataset.source);
    this.words = json(place.dataset.words);
    this.fields = json(place.dataset.catalogue);
    this.lists = 0;
    this.source.addEventListener("input", () => this.read());
    document.body.addEventListener("htmx:afterSwap", () => this.markWrong());
    document.addEventListener("click", (event) => this.closePicks(event.target));
    this.read();
  }

  read() {
    try {
      const rule = JSON.parse(this.source.value || "{}");
      const root = groupOf(rule);
      this.root = root ? this.group(root) : { mode: "all", items: rule.field ? [this.leaf(rule)] : [] };
      this.draw();
    } catch {
      this.place.replaceChildren(make("p", { className: "alert alert-warning", textContent: this.words.broken }));
    }
  }

  group({ mode, items }) {
    return {
      mode,
      items: items.map((item) => {
        const inner = groupOf(item);
        return inner ? this.group(inner) : this.leaf(item);
      }),
    };
  }

  leaf(rule) {
    if (typeof rule?.field !== "string" || !this.fieldOf(rule)) throw new Error("not a condition");
    return structuredClone(rule);
  }

  fieldOf(rule) {
    const family = rule.field.includes(":") ? `${rule.field.split(":")[0]}:` : "";
    return this.fields.find((field) => field.name === (family || rule.field));
  }

  written(group) {
    const items = group.items.filter((item) => !item.items || item.items.length);
    return nodeOf(group.mode, items.map((item) => (item.items ? this.written(item) : item)));
  }

  // Writes the rule and tells whoever counts; draws again when the shape has changed.
  changed(shape = true) {
    const whole = this.root.items.length ? this.written(this.root) : BLANK;
    this.source.value = JSON.stringify(whole, null, 2);
    this.source.dispatchEvent(new Event("change", { bubbles: true }));
    if (shape) this.draw();
  }

  draw() {
    const focus = document.activeElement?.dataset?.key;
    this.place.replaceChildren(this.drawGroup(this.root, "rule", null));
    if (focus) this.place.querySelector(`[data-key="${CSS.escape(focus)}"]`)?.focus();
  }

  drawGroup(group, path, parent) {
    const mode = this.select(MODES.map((each) => [each, this.words[each]]), group.mode, `${path} mode`, (value) => {
      group.mode = value;
      this.changed();
    });
    mode.setAttribute("aria-label", this.words.match);
    const remove = parent && this.button(this.words.removeGroup, "btn-link btn-small", () => {
      parent.items.splice(parent.items.indexOf(group), 1);
      this.changed();
    });
    const items = make("div", { className: "rule-items" });
    group.items.forEach((item, index) => {
      const place = pathOf(path, group.mode, index);
      items.append(item.items ? this.drawGroup(item, place, group) : this.drawLeaf(item, place, group));
    });
    if (!group.items.length) items.append(make("p", { className: "rule-empty", textContent: this.words.everybody }));
    const box = make(
      "div",
      { className: "rule-group" },
      make("div", { className: "rule-head" }, make("span", { textContent: this.words.match }), mode, remove),
      items,
      make(
        "div",
        { className: "rule-actions" },
        this.button(`+ ${this.words.addCondition}`, "btn-small", () => {
          group.items.push(this.fresh(this.fields[0]));
          this.changed();
        }),
        path.split(".").length < 6 && this.button(`+ ${this.words.addGroup}`, "btn-small", () => {
          group.items.push({ mode: group.mode === "all" ? "any" : "all", items: [this.fresh(this.fields[0])] });
          this.changed();
        }),
      ),
    );
    box.dataset.path = path;
    return box;
  }

  drawLeaf(rule, path, parent) {
    const field = this.fieldOf(rule);
    const operator = field.operators.find(([code]) => code === rule.op) ?? field.operators[0];
    const box = make(
      "div",
      { className: "rule-leaf" },
      this.labelled(this.words.field, this.drawFields(rule, field, path, parent)),
      this.labelled(this.words.comparison, this.select(field.operators, rule.op, `${path} op`, (value) => {
        rule.op = value;
        this.fitValue(rule, field);
        this.changed();
      })),
      this.labelled(this.words.value, this.drawValue(rule, field, operator[2], path)),
      this.button(this.words.remove, "btn-link btn-small rule-remove", () => {
        parent.items.splice(parent.items.indexOf(rule), 1);
        this.changed();
      }),
      make("div", { className: "rule-parameters" }, ...this.drawParameters(rule, field, path)),
      field.nullable && operator[2] !== "nothing" ? this.drawMissing(rule, path) : null,
      make("p", { className: "rule-note", textContent: field.description }),
    );
    box.dataset.path = path;
    return box;
  }

  drawFields(rule, field, path, parent) {
    const chooser = make("select");
    for (const name of new Set(this.fields.map((each) => each.group))) {
      const members = this.fields.filter((each) => each.group === name);
      const options = members.map((each) => new Option(each.label, each.name, false, each === field));
      chooser.append(make("optgroup", { label: name }, ...options));
    }
    chooser.dataset.key = `${path} field`;
    chooser.addEventListener("change", () => {
      const chosen = this.fields.find((each) => each.name === chooser.value);
      parent.items.splice(parent.items.indexOf(rule), 1, this.fresh(chosen));
      this.changed();
    });
    if (!field.family) return chooser;
    const name = this.input(rule.field.slice(field.name.length), "text", `${path} attribute`, (value) => {
      rule.field = field.name + value.trim();
      this.changed(false);
    }, field.family);
    name.placeholder = this.words.attribute;
    return make("span", { className: "rule-value" }, chooser, name);
  }

  drawValue(rule, field, takes, path) {
    const set = (value) => {
      rule.value = value;
      this.changed(false);
    };
    if (takes === "nothing") return make("span", { textContent: "—" });
    if (takes === "days") return this.withUnit(this.number(rule.value, `${path} value`, set), this.words.days);
    if (takes === "two") {
      const pair = Array.isArray(rule.value) ? rule.value : ["", ""];
      const ends = [0, 1].map((end) => this.single(field, pair[end], `${path} value${end}`, (value) => {
        pair[end] = value;
        set(pair);
      }));
      return make("span", { className: "rule-value" }, ends[0], make("span", { textContent: this.words.and }), ends[1], this.unit(field));
    }
    if (takes === "list") return this.drawList(rule, field, path, set);
    return make("span", { className: "rule-value" }, this.single(field, rule.value, `${path} value`, set), this.unit(field));
  }

  drawList(rule, field, path, set) {
    const chosen = Array.isArray(rule.value) ? rule.value : [];
    if (field.choices.length) return this.pick(field.choices, chosen, `${path} value`, set);
    const typed = this.input(chosen.join(", "), "text", `${path} value`, (text) => set(this.split(text)), field.suggested);
    typed.placeholder = this.words.several;
    return make("span", { className: "rule-value" }, typed);
  }

  single(field, value, key, set) {
    if (field.type === "flag") {
      return this.select([["true", this.words.yes], ["false", this.words.no]], String(value), key, (text) => set(text === "true"));
    }
    if (field.choices.length) {
      return this.select(field.choices, value, key, (text) => set(field.choices.find(([code]) => String(code) === text)[0]));
    }
    if (field.type === "day") return this.input(value ?? "", "date", key, set);
    if (field.type === "text") return this.input(value ?? "", "text", key, set, field.suggested);
    return this.number(value, key, set);
  }

  drawParameters(rule, field, path) {
    return field.parameters.map((parameter) => {
      const key = `${path} with ${parameter.name}`;
      const given = rule.with?.[parameter.name];
      const set = (value) => {
        rule.with = { ...rule.with };
        if (value === "" || (Array.isArray(value) && !value.length)) delete rule.with[parameter.name];
        else rule.with[parameter.name] = value;
        if (!Object.keys(rule.with).length) delete rule.with;
        this.changed(false);
      };
      return this.labelled(parameter.label, this.drawParameter(parameter, given, key, set));
    });
  }

  drawParameter(parameter, given, key, set) {
    if (parameter.type === "number") return this.number(given ?? parameter.default, key, set);
    const choices = parameter.choices;
    if (parameter.several) {
      const chosen = given === undefined ? [] : [].concat(given);
      const unlisted = chosen.filter((value) => !choices.some(([code]) => code === value));
      return this.pick([...choices, ...unlisted.map((value) => [value, value])], chosen, key, set);
    }
    return this.select([["", this.words.choose], ...choices], given ?? "", key, set);
  }

  drawMissing(rule, path) {
    const box = make("input", { type: "checkbox", checked: rule.missing === "include" });
    box.dataset.key = `${path} missing`;
    box.addEventListener("change", () => {
      if (box.checked) rule.missing = "include";
      else delete rule.missing;
      this.changed(false);
    });
    return make("label", { className: "rule-missing" }, box, make("span", { textContent: this.words.missing }));
  }

  // A new condition on a field, complete enough to be counted where that is possible.
  fresh(field) {
    const rule = { field: field.name, op: field.operators[0][0] };
    if (field.family) rule.field += field.family[0] ?? "";
    const given = {};
    for (const parameter of field.parameters) {
      if (parameter.default !== null) given[parameter.name] = parameter.default;
      else if (parameter.required && parameter.choices.length) given[parameter.name] = parameter.choices[0][0];
    }
    if (Object.keys(given).length) rule.with = given;
    this.fitValue(rule, field);
    return rule;
  }

  fitValue(rule, field) {
    const takes = field.operators.find(([code]) => code === rule.op)[2];
    const blank = this.blank(field);
    const old = rule.value;
    delete rule.value;
    if (takes === "nothing") delete rule.missing;
    else if (takes === "days") rule.value = Number.isInteger(old) ? old : 30;
    else if (takes === "list") rule.value = old === undefined ? [blank] : [].concat(old);
    else if (takes === "two") rule.value = Array.isArray(old) && old.length === 2 ? old : [blank, blank];
    else rule.value = Array.isArray(old) ? old[0] : old ?? blank;
    if (takes === "one" && field.type === "day" && typeof rule.value !== "string") rule.value = blank;
  }

  blank(field) {
    if (field.type === "flag") return true;
    if (field.choices.length) return field.choices[0][0];
    if (field.type === "day") return this.today();
    return field.type === "text" ? field.suggested[0] ?? "" : 0;
  }

  today() {
    return new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(new Date());
  }

  split(text) {
    return text.split(/[,,、]/).map((part) => part.trim()).filter(Boolean);
  }

  labelled(text, control) {
    return make("label", {}, make("span", { textContent: text }), control);
  }

  unit(field) {
    const unit = field.type === "money" ? this.words.yuan : field.unit;
    return unit ? make("span", { textContent: unit }) : null;
  }

  withUnit(control, unit) {
    return make("span", { className: "rule-value" }, control, make("span", { textContent: unit }));
  }

  button(text, classes, act) {
    const made = make("button", { type: "button", className: `btn ${classes}`, textContent: text });
    made.addEventListener("click", act);
    return made;
  }

  select(options, chosen, key, set) {
    const made = make("select", {}, ...options.map(([code, label]) => new Option(label, code, false, String(code) === String(chosen))));
    made.dataset.key = key;
    made.addEventListener("change", () => set(made.value));
    return made;
  }

  number(value, key, set) {
    const made = this.input(value ?? "", "number", key, (text) => set(text === "" ? "" : Number(text)));
    made.step = "any";
    return made;
  }

  input(value, type, key, set, suggested = []) {
    const made = make("input", { type, value, autocomplete: "off" });
    made.dataset.key = key;
    made.addEventListener("change", (event) => {
      event.stopPropagation();
      set(made.value);
    });
    if (!suggested.length) return made;
    const list = make("datalist", { id: `rule-list-${++this.lists}` }, ...suggested.map((each) => new Option(each, each)));
    made.setAttribute("list", list.id);
    // After the tree has been put in place, which empties it first.
    queueMicrotask(() => this.place.append(list));
    return made;
  }

  // Several of a list: check boxes behind a summary that names what is chosen.
  pick(choices, chosen, key, set) {
    const named = () => choices.filter(([code]) => chosen.includes(code)).map(([, label]) => label).join("、") || this.words.any_value;
    const shown = make("span", { textContent: named() });
    const boxes = choices.map(([code, label]) => {
      const box = make("input", { type: "checkbox", checked: chosen.includes(code) });
      box.addEventListener("change", () => {
        chosen = choices.map(([each]) => each).filter((each) => (each === code ? box.checked : chosen.includes(each)));
        shown.textContent = named();
        set(chosen);
      });
      return make("label", {}, box, make("span", { textContent: label }));
    });
    const summary = make("summary", {}, shown);
    summary.dataset.key = key;
    return make("details", { className: "rule-pick" }, summary, make("div", { className: "rule-pick-list" }, ...boxes));
  }

  closePicks(target) {
    for (const open of this.place.querySelectorAll(".rule-pick[open]")) if (!open.contains(target)) open.open = false;
  }

  // The server says where the rule is wrong; the nearest part of the tree is marked.
  markWrong() {
    for (const marked of this.place.querySelectorAll(".rule-wrong")) marked.classList.remove("rule-wrong");
    const wrong = document.querySelector("[data-rule-path]")?.dataset.rulePath;
    if (!wrong) return;
    const parts = [...this.place.querySelectorAll("[data-path]")].filter((part) => wrong.startsWith(part.dataset.path));
    parts.sort((one, other) => other.dataset.path.length - one.dataset.path.length)[0]?.classList.add("rule-wrong");
  }
}

for (const place of document.querySelectorAll("[data-rule-builder]")) new Builder(place);
