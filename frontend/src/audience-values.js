// The controls of one condition: its value, its parameters, and what a new one begins with.
import { chooser, picker } from "./audience-choosing.js";
import { make } from "./audience-elements.js";

const MANY = 7;
const toOptions = (choices) => choices.map(([value, label]) => ({ value, label: String(label) }));
const split = (text) => text.split(/[,，、]/).map((part) => part.trim()).filter(Boolean);

export function select(options, chosen, key, set, label) {
  const made = make("select", { dataset: { key } }, ...options.map(([code, words]) => new Option(words, code, false, String(code) === String(chosen))));
  if (label) made.setAttribute("aria-label", label);
  made.addEventListener("change", (event) => {
    event.stopPropagation();
    set(made.value);
  });
  return made;
}

export class Values {
  // `changed(key)` is told when a value is another; `more(field, typed)` finds values that are not in the catalogue.
  constructor(words, changed, more) {
    Object.assign(this, { words, changed, more });
  }

  draw(rule, field, takes, path) {
    const key = `${path} value`;
    const set = (value) => {
      rule.value = value;
      this.changed(key);
    };
    if (takes === "nothing") return make("span", { textContent: "—" });
    if (takes === "days") return this.row(this.number(rule.value, key, set), this.unit(this.words.days));
    if (takes === "two") return this.two(rule, field, key, set);
    if (takes === "list") return this.list(rule, field, key, set);
    return this.row(this.single(field, rule.value, key, set), this.unit(this.unitOf(field)));
  }

  two(rule, field, key, set) {
    const pair = Array.isArray(rule.value) ? [...rule.value] : ["", ""];
    const ends = [0, 1].map((end) => this.single(field, pair[end], `${key}${end}`, (value) => {
      pair[end] = value;
      set([...pair]);
    }));
    return this.row(ends[0], make("span", { textContent: this.words.and }), ends[1], this.unit(this.unitOf(field)));
  }

  list(rule, field, key, set) {
    const chosen = Array.isArray(rule.value) ? rule.value : [];
    if (field.choices.length && !field.open) return picker({ options: toOptions(field.choices), chosen, key, words: this.words, set });
    return this.tokens(this.optionsOf(field), chosen, key, set, (typed) => this.more(field.name, typed));
  }

  optionsOf(field) {
    return field.choices.length ? toOptions(field.choices) : field.suggested.map((value) => ({ value, label: value }));
  }

  // Several values that may be typed: each is shown with a button that takes it away.
  tokens(options, chosen, key, set, more) {
    const now = [...chosen];
    const place = make("span", { className: "rule-tokens" });
    const draw = () => {
      const shown = now.map((value) => {
        const label = options.find((option) => option.value === value)?.label ?? String(value);
        const away = make("button", { type: "button", textContent: "×", className: "rule-token-away" });
        away.setAttribute("aria-label", `${this.words.remove} ${label}`);
        away.addEventListener("click", () => put(now.filter((each) => each !== value)));
        return make("span", { className: "rule-token" }, make("span", { textContent: label }), away);
      });
      const box = chooser({
        options: options.filter(({ value }) => !now.includes(value)), chosen: null, key, words: this.words, free: true,
        label: this.words.addValue, more, set: (value) => put([...new Set([...now, ...split(String(value))])]),
      });
      box.querySelector("input").placeholder = this.words.addValue;
      place.replaceChildren(...shown, box);
    };
    const put = (values) => {
      now.splice(0, now.length, ...values);
      draw();
      place.querySelector("input").focus();
      set([...now]);
    };
    draw();
    return place;
  }

  single(field, value, key, set) {
    const { words } = this;
    if (field.type === "flag") {
      return select([["true", words.yes], ["false", words.no]], String(value), key, (text) => set(text === "true"), words.value);
    }
    if (field.choices.length) {
      const read = (text) => field.choices.find(([code]) => String(code) === String(text))?.[0] ?? text;
      if (field.choices.length <= MANY && !field.open) return select(field.choices, value, key, (text) => set(read(text)), words.value);
      return chooser({ options: toOptions(field.choices), chosen: value, key, words, free: field.open, label: words.value, set: (text) => set(read(text)) });
    }
    if (field.type === "day") return this.input(value ?? "", "date", key, set);
    if (field.type === "text") {
      return chooser({
        options: this.optionsOf(field), chosen: value, key, words, free: true, label: words.value, set,
        more: (typed) => this.more(field.name, typed),
      });
    }
    return this.number(value, key, set);
  }

  parameters(rule, field, path) {
    return field.parameters.map((parameter) => {
      const key = `${path} with ${parameter.name}`;
      const set = (value) => {
        rule.with = { ...rule.with };
        if (value === "" || (Array.isArray(value) && !value.length)) delete rule.with[parameter.name];
        else rule.with[parameter.name] = value;
        if (!Object.keys(rule.with).length) delete rule.with;
        this.changed(key);
      };
      const control = this.parameter(parameter, rule.with?.[parameter.name], key, set);
      return make("div", { className: "rule-parameter" }, make("span", { textContent: parameter.label }), control);
    });
  }

  parameter(parameter, given, key, set) {
    const { words } = this;
    if (parameter.type === "number") return this.number(given ?? parameter.default, key, set, parameter.label);
    const options = toOptions(parameter.choices);
    const chosen = given === undefined ? [] : [].concat(given);
    if (parameter.several && parameter.open) return this.tokens(options, chosen, key, set, null);
    if (parameter.several) {
      const unlisted = chosen.filter((value) => !options.some((option) => option.value === value));
      return picker({ options: [...options, ...unlisted.map((value) => ({ value, label: String(value) }))], chosen, key, words, set });
    }
    if (parameter.open || options.length > MANY || !options.length) {
      return chooser({ options, chosen: given ?? "", key, words, free: parameter.open || !options.length, label: parameter.label, set });
    }
    return select([["", words.choose], ...parameter.choices], given ?? "", key, set, parameter.label);
  }

  // A new condition on a field, complete enough to be counted where that is possible.
  fresh(field) {
    const rule = { field: field.name, op: field.operators[0][0] };
    if (field.family) rule.field += (field.family[0]?.[0] ?? field.family[0]) ?? "";
    const given = {};
    for (const parameter of field.parameters) {
      if (parameter.default !== null) given[parameter.name] = parameter.default;
      else if (parameter.required && parameter.choices.length) given[parameter.name] = parameter.choices[0][0];
    }
    if (Object.keys(given).length) rule.with = given;
    this.fit(rule, field);
    return rule;
  }

  // Makes the value one that the comparison takes.
  fit(rule, field) {
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
    if (field.type === "day") return new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(new Date());
    return field.type === "text" ? field.suggested[0] ?? "" : 0;
  }

  unitOf(field) {
    return field.type === "money" ? this.words.yuan : field.unit;
  }

  unit(words) {
    return words ? make("span", { className: "rule-unit", textContent: words }) : null;
  }

  row(...controls) {
    return make("span", { className: "rule-value" }, ...controls);
  }

  number(value, key, set, label = this.words.value) {
    const made = this.input(value ?? "", "number", key, (text) => set(text === "" ? "" : Number(text)), label);
    made.step = "any";
    return made;
  }

  // Counted while it is typed, a moment after the last key.
  input(value, type, key, set, label = this.words.value) {
    const made = make("input", { type, value, autocomplete: "off", dataset: { key } });
    made.setAttribute("aria-label", label);
    let waiting, told = made.value;
    const tell = () => {
      clearTimeout(waiting);
      if (made.value !== told) set((told = made.value));
    };
    made.addEventListener("input", (event) => {
      event.stopPropagation();
      clearTimeout(waiting);
      waiting = setTimeout(tell, 250);
    });
    made.addEventListener("change", (event) => {
      event.stopPropagation();
      tell();
    });
    made.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      tell();
    });
    return made;
  }
}

