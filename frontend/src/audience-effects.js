// What each condition takes away, shown in it as a bar: taken from the funnel that the server drew.
import { make } from "./audience-elements.js";

export function showEffects(place, funnel) {
  for (const old of place.querySelectorAll(".rule-effect")) old.remove();
  for (const step of funnel.querySelectorAll("[data-funnel-path]")) {
    const box = place.querySelector(`[data-path="${CSS.escape(step.dataset.funnelPath)}"]`);
    if (!box?.matches(".rule-leaf")) continue;
    const bar = step.querySelector("svg").cloneNode(true);
    const words = make("span", { textContent: step.dataset.funnelWords });
    box.append(make("div", { className: "rule-effect" }, bar, words));
  }
}
