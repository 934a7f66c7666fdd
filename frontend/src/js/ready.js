// Runs `enhance(element)` once for each element that matches, now and after every htmx swap.
const parts = [];

function apply(root) {
  for (const [selector, enhance] of parts) {
    const found = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) found.unshift(root);
    for (const element of found) {
      const key = `ready${selector.replace(/\W+/g, "")}`;
      if (element.dataset[key]) continue;
      element.dataset[key] = "1";
      enhance(element);
    }
  }
}

export function whenReady(selector, enhance) {
  parts.push([selector, enhance]);
}

export function start() {
  apply(document);
  document.addEventListener("htmx:load", (event) => apply(event.target));
}
