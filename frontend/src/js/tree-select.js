// <select data-tree-select> whose options carry data-depth becomes a tree with a search box; the select stays the field.
import { whenReady } from "./ready.js";
import { word } from "./words.js";

function option(select, source, choose) {
  const shown = document.createElement("button");
  shown.type = "button";
  shown.className = "tree-select-option";
  shown.role = "option";
  shown.setAttribute("role", "option");
  shown.setAttribute("aria-selected", String(source.selected));
  shown.dataset.depth = source.dataset.depth ?? "0";
  shown.textContent = source.textContent.trim();
  shown.addEventListener("click", () => choose(source));
  return shown;
}

whenReady("select[data-tree-select]", (select) => {
  const wrap = document.createElement("div");
  wrap.className = "tree-select";
  const face = document.createElement("button");
  face.type = "button";
  face.className = "tree-select-button";
  face.setAttribute("aria-haspopup", "listbox");
  face.setAttribute("aria-expanded", "false");
  const label = select.labels?.[0];
  const panel = document.createElement("div");
  panel.className = "tree-select-panel";
  panel.hidden = true;
  const search = document.createElement("input");
  search.type = "search";
  search.placeholder = word("search");
  search.setAttribute("aria-label", word("search"));
  const list = document.createElement("div");
  list.className = "tree-select-list";
  list.setAttribute("role", "listbox");
  panel.append(search, list);

  const name = () => {
    const text = select.selectedOptions[0]?.textContent.trim() ?? "";
    face.textContent = text;
    face.setAttribute("aria-label", label ? `${label.textContent.trim()}: ${text}` : text);
  };
  const open = (shown) => {
    panel.hidden = !shown;
    face.setAttribute("aria-expanded", String(shown));
    if (shown) { search.value = ""; fill(); search.focus(); }
  };
  const choose = (source) => {
    select.value = source.value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
    name();
    open(false);
    face.focus();
  };
  const fill = () => {
    const wanted = search.value.trim().toLowerCase();
    const found = [...select.options].filter((source) => !source.disabled && source.textContent.toLowerCase().includes(wanted));
    list.replaceChildren(...found.map((source) => option(select, source, choose)));
    if (!found.length) list.textContent = word("none");
  };

  face.addEventListener("click", () => open(panel.hidden));
  search.addEventListener("input", fill);
  wrap.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.hidden) { event.stopPropagation(); open(false); face.focus(); }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    if (panel.hidden) { open(true); return; }
    const options = [...list.querySelectorAll("button")];
    const next = options.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    (options[next] ?? search).focus();
  });
  document.addEventListener("click", (event) => { if (!wrap.contains(event.target)) open(false); });
  select.form?.addEventListener("reset", () => setTimeout(name));

  select.after(wrap);
  wrap.append(face, panel);
  select.hidden = true;
  name();
});
