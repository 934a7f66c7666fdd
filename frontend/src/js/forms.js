// Forms: a second click sends nothing; lists whose rows can be ticked; queries that answer to a changed choice.
import { whenReady } from "./ready.js";
import { word } from "./words.js";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(() => {
    delete form.dataset.sent;
    event.submitter?.removeAttribute("aria-busy");
  }, 5000);
});

addEventListener("pageshow", () => {
  for (const busy of document.querySelectorAll("form [aria-busy=true]")) busy.removeAttribute("aria-busy");
});

// <input type=checkbox data-check-all="customer_id"> ticks every box of that name and shows [data-batch].
whenReady("[data-check-all]", (all) => {
  const name = all.dataset.checkAll;
  const boxes = () => [...document.querySelectorAll(`input[type=checkbox][name="${CSS.escape(name)}"]`)];
  const bar = document.querySelector(`[data-batch="${CSS.escape(name)}"]`);
  const show = () => {
    const chosen = boxes().filter((box) => box.checked).length;
    all.checked = chosen > 0 && chosen === boxes().length;
    all.indeterminate = chosen > 0 && !all.checked;
    if (!bar) return;
    bar.hidden = chosen === 0;
    const count = bar.querySelector("[data-batch-count]");
    if (count) count.textContent = word("chosen").replace("%(count)s", chosen);
  };
  all.addEventListener("change", () => { for (const box of boxes()) box.checked = all.checked; show(); });
  document.addEventListener("change", (event) => { if (event.target.name === name) show(); });
  show();
});

// <select data-submits> sends its form when it is changed.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) event.target.form?.requestSubmit();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-prints]")) window.print();
  const copies = event.target.closest("[data-copies]");
  if (copies) navigator.clipboard?.writeText(document.getElementById(copies.dataset.copies)?.textContent.trim() ?? "");
});
