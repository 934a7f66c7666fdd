// The ways to write a rule: tree, text, JSON, and its SQL. Without this script all of them stand under one another.
import { make } from "./audience-elements.js";

export class Tabs {
  constructor(place, opened) {
    this.panels = [...place.querySelectorAll("[data-tab]")];
    this.opened = opened;
    const row = make("div", { className: "tabs rule-tabs" });
    row.setAttribute("role", "tablist");
    this.tabs = this.panels.map((panel) => this.tab(panel));
    row.append(...this.tabs);
    row.addEventListener("keydown", (event) => this.key(event));
    place.prepend(row);
    const wrong = this.panels.findIndex((panel) => panel.dataset.tabFirst !== undefined);
    this.show(Math.max(0, wrong));
  }

  tab(panel) {
    const tab = make("button", { type: "button", className: "tab", id: `tab-${panel.dataset.tab}`, textContent: panel.dataset.tabLabel });
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    tab.addEventListener("click", () => this.show(this.panels.indexOf(panel)));
    return tab;
  }

  key(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = (this.now + step + this.tabs.length) % this.tabs.length;
    this.show(next);
    this.tabs[next].focus();
  }

  show(index) {
    this.now = index;
    this.tabs.forEach((tab, place) => {
      tab.setAttribute("aria-selected", String(place === index));
      tab.tabIndex = place === index ? 0 : -1;
      this.panels[place].hidden = place !== index;
    });
    this.opened(this.panels[index].dataset.tab);
  }

  isShown(name) {
    return this.panels[this.now].dataset.tab === name;
  }
}
