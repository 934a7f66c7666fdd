// Two native date fields that keep their order, with the periods people ask for most.
import { whenReady } from "./ready.js";
import { word } from "./words.js";

const iso = (day) => [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((n) => String(n).padStart(2, "0")).join("-");
const daysAgo = (today, days) => new Date(today.getFullYear(), today.getMonth(), today.getDate() - days);

const PERIODS = {
  today: (today) => today,
  week: (today) => daysAgo(today, 6),
  month: (today) => daysAgo(today, 29),
  year: (today) => new Date(today.getFullYear(), 0, 1),
};

whenReady("[data-date-range]", (range) => {
  const [from, until] = range.querySelectorAll("input[type=date]");
  const keepOrder = () => { until.min = from.value; from.max = until.value; };
  range.addEventListener("change", keepOrder);
  keepOrder();
  if (range.dataset.dateRange === "plain") return;
  const presets = document.createElement("div");
  presets.className = "date-range-presets";
  for (const [name, start] of Object.entries(PERIODS)) {
    const preset = document.createElement("button");
    preset.type = "button";
    preset.className = "btn btn-link";
    preset.textContent = word(name);
    preset.addEventListener("click", () => {
      const [year, month, day] = (range.dataset.today || iso(new Date())).split("-").map(Number);
      const today = new Date(year, month - 1, day);
      from.max = until.min = "";
      from.value = iso(start(today));
      until.value = iso(today);
      from.dispatchEvent(new Event("change", { bubbles: true }));
    });
    presets.append(preset);
  }
  range.append(presets);
});
