// Taking a condition or a group elsewhere with the mouse, a pen or a finger: by its grip.
import { make } from "./audience-elements.js";

const BEGINS = 4; // pixels before it counts as dragging
const EDGE = 60;

// `itemOf(element)` and `groupOf(element)` tell what an element of the tree shows; `drop(item, group, index)` does it.
export function draggable({ place, itemOf, drop, allowed }) {
  let dragging = null;

  place.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-grip]");
    if (!grip || event.button !== 0) return;
    const box = grip.closest(".rule-leaf, .rule-group");
    dragging = { grip, box, item: itemOf(box), from: event.clientY, target: null, line: null };
    grip.setPointerCapture(event.pointerId);
  });

  place.addEventListener("pointermove", (event) => {
    if (!dragging) return;
    if (!dragging.line) {
      if (Math.abs(event.clientY - dragging.from) < BEGINS) return;
      dragging.line = make("div", { className: "rule-drop" });
      dragging.box.classList.add("rule-dragged");
      place.classList.add("rule-dragging");
    }
    event.preventDefault();
    if (event.clientY < EDGE) scrollBy(0, -12);
    else if (event.clientY > innerHeight - EDGE) scrollBy(0, 12);
    point(event.clientX, event.clientY);
  });

  const finish = (take) => {
    if (!dragging) return;
    const { box, line, item, target } = dragging;
    dragging = null;
    line?.remove();
    box.classList.remove("rule-dragged");
    place.classList.remove("rule-dragging");
    if (take && target) drop(item, target.group, target.index);
  };
  place.addEventListener("pointerup", () => finish(true));
  place.addEventListener("pointercancel", () => finish(false));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") finish(false); });

  // Before or after the item under the pointer, or at the end of the group under it.
  function point(x, y) {
    const under = document.elementFromPoint(x, y)?.closest(".rule-leaf, .rule-group");
    if (!under || !place.contains(under)) return;
    const target = targetAt(under, y);
    dragging.target = target && allowed(dragging.item, target.group) ? target : null;
    if (!dragging.target) return dragging.line.remove();
    if (target.beside) target.beside[target.before ? "before" : "after"](dragging.line);
    else target.items.append(dragging.line);
  }

  function targetAt(under, y) {
    const area = under.getBoundingClientRect();
    const isOuter = !under.parentElement.closest(".rule-group");
    const edge = under.matches(".rule-group") ? Math.min(24, area.height / 4) : area.height / 2;
    const before = y < area.top + edge, after = y >= area.bottom - edge;
    if (!isOuter && (before || after)) {
      const group = itemOf(under.parentElement.closest(".rule-group"));
      const index = group.items.indexOf(itemOf(under));
      return { group, index: before ? index : index + 1, beside: under, before };
    }
    const group = itemOf(under);
    const items = under.querySelector(":scope > .rule-items");
    const boxes = [...items.children].filter((each) => each.matches(".rule-leaf, .rule-group"));
    const next = boxes.findIndex((each) => y < each.getBoundingClientRect().top + each.offsetHeight / 2);
    if (next < 0) return { group, index: group.items.length, items };
    return { group, index: next, beside: boxes[next], before: true };
  }
}
