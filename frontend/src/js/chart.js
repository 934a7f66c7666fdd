// Loads the charts' file only on pages that have one: <div class="chart" data-chart="id of the JSON">.
import { whenReady } from "./ready.js";

let loading;

whenReady("[data-chart]", async (place) => {
  const source = document.getElementById(place.dataset.chart);
  const address = document.querySelector("meta[name=huiqun-charts]")?.content;
  if (!source || !address) return;
  loading ??= import(/* @vite-ignore */ new URL(address, location.href).href);
  const { draw } = await loading;
  draw(place, JSON.parse(source.textContent));
});
