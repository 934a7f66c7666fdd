// The rule as text that people type: read by the server while they do.
const PATIENCE = 400;

export class RuleText {
  // `write(rule)` puts a rule that could be read into the page.
  constructor(place, source, write) {
    this.place = place;
    this.box = place.querySelector("textarea");
    this.problem = place.querySelector("[data-text-problem]");
    this.source = source;
    this.write = write;
    this.box.addEventListener("input", () => {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.read(), PATIENCE);
    });
    this.box.addEventListener("change", (event) => event.stopPropagation());
    this.problem.addEventListener("click", () => this.goTo());
  }

  async ask(fields) {
    const asked = (this.asked = Symbol());
    const token = this.box.form.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(this.place.dataset.url, {
      method: "POST", body: new URLSearchParams(fields), headers: { "X-CSRFToken": token, Accept: "application/json" },
    });
    const told = await answer.json();
    return this.asked === asked ? told : null;
  }

  // The tab is opened: the rule as it is now.
  async show() {
    const told = await this.ask({ rule: this.source.value });
    if (!told) return;
    if (told.text !== undefined) this.box.value = told.text;
    this.say(told);
  }

  async read() {
    const told = await this.ask({ text: this.box.value });
    if (!told) return;
    this.say(told);
    if (told.rule !== undefined) this.write(JSON.stringify(told.rule, null, 2));
  }

  say(told) {
    this.at = told.offset ?? undefined;
    this.problem.hidden = !told.problem;
    this.problem.textContent = told.problem ?? "";
    this.box.setAttribute("aria-invalid", String(Boolean(told.problem)));
  }

  goTo() {
    if (this.at === undefined) return;
    this.box.focus();
    this.box.setSelectionRange(this.at, this.at + 1);
  }
}
