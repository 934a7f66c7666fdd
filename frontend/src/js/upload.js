// A place to drop a file on; the ordinary file input stays underneath.
import { whenReady } from "./ready.js";

const size = (bytes) => (bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`);

whenReady("[data-upload]", (place) => {
  const input = place.querySelector("input[type=file]");
  const shown = document.createElement("span");
  shown.className = "upload-name";
  shown.setAttribute("aria-live", "polite");
  place.append(shown);
  const show = () => { shown.textContent = [...input.files].map((file) => `${file.name} · ${size(file.size)}`).join(", "); };
  input.addEventListener("change", show);
  for (const kind of ["dragover", "dragleave", "drop"]) {
    place.addEventListener(kind, (event) => {
      event.preventDefault();
      place.classList.toggle("upload-over", kind === "dragover");
      if (kind !== "drop" || !event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
});
