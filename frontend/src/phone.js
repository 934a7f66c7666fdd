// Customers' pages work without it; it only keeps a second tap from sending a form twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 4000);
});

// Says once that the page is before somebody's eyes: a prefetched or scanned page is never visible.
const seen = document.querySelector("form[data-seen]");
const tell = () => {
  if (document.visibilityState !== "visible") return;
  document.removeEventListener("visibilitychange", tell);
  fetch(seen.action, { method: "POST", body: new FormData(seen), keepalive: true }).catch(() => {});
};
if (seen) document.addEventListener("visibilitychange", tell);
if (seen) tell();
