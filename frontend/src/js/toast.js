// Short notices. The server writes them into the page, or sends the HX-Trigger header {"toast": {level, text}}.
import { whenReady } from "./ready.js";
import { word } from "./words.js";

const box = () => document.getElementById("toasts");

export function toast(text, level = "info") {
  if (!box()) return;
  const shown = document.createElement("div");
  shown.className = `toast toast-${level}`;
  shown.dataset.toast = "";
  const words = document.createElement("span");
  words.textContent = text;
  shown.append(words);
  box().append(shown);
  enhance(shown);
}

function enhance(shown) {
  if (shown.querySelector(".toast-close")) return;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "toast-close";
  close.setAttribute("aria-label", word("close"));
  close.textContent = "×";
  close.addEventListener("click", () => shown.remove());
  shown.append(close);
  const stays = shown.classList.contains("toast-error") || shown.classList.contains("toast-warning");
  if (!stays) setTimeout(() => shown.remove(), 6000);
}

whenReady("[data-toast]", enhance);

document.addEventListener("toast", (event) => toast(event.detail.text ?? event.detail.value, event.detail.level));
document.addEventListener("htmx:sendError", () => toast(word("offline"), "error"));
