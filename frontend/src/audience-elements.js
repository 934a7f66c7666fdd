// Making the elements that the builder is drawn of.
export function make(tag, properties = {}, ...children) {
  const { dataset, ...rest } = properties;
  const element = Object.assign(document.createElement(tag), rest);
  Object.assign(element.dataset, dataset);
  element.append(...children.filter(Boolean));
  return element;
}

const SHAPES = {
  grip: "M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01",
  copy: "M8 8h12v12H8zM16 8V4H4v12h4",
  group: "M4 5h16v14H4zM8 9h8M8 13h5",
  ungroup: "M4 9V5h4M16 5h4v4M20 15v4h-4M8 19H4v-4M9 12h6",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
  undo: "M8 6L4 10l4 4M4 10h10a6 6 0 0 1 0 12h-3",
  redo: "M16 6l4 4-4 4M20 10H10a6 6 0 0 0 0 12h3",
};

export function shape(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

// A button of one icon; its words are for whoever cannot see it, and on pointing at it.
export function tool(name, words, act, properties = {}) {
  const made = make("button", { type: "button", className: "rule-tool", title: words, ...properties }, shape(name));
  made.setAttribute("aria-label", words);
  if (act) made.addEventListener("click", act);
  return made;
}
