// On a phone the rows of a .table-cards are cards: each cell is told what its column is called.
import { whenReady } from "./ready.js";

whenReady(".table-cards", (table) => {
  const labels = [...table.querySelectorAll("thead th")].map((head) => head.textContent.trim());
  for (const row of table.tBodies[0]?.rows ?? []) {
    [...row.cells].forEach((cell, place) => {
      if (labels[place] && cell.tagName === "TD") cell.dataset.label = labels[place];
    });
  }
});
