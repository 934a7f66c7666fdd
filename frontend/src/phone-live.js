// Keeps the numbers of an open page true. Pages work without it; a page nobody looks at asks for nothing.
const place = document.querySelector("[data-live]");
const fresh = place?.querySelector("[data-live-new]");
let stream = null;

const show = (told) => {
  for (const [id, counts] of Object.entries(told.p ?? {})) {
    counts.forEach((count, index) => {
      const shown = document.querySelector(`[data-live-count="${id}:${index}"]`);
      if (shown) shown.textContent = String(count);
    });
    if (id === place.dataset.livePlacement && counts[0] > Number(place.dataset.liveComments)) fresh.hidden = false;
  }
  const head = (told.g ?? {})[place.dataset.liveGroup];
  if (head > Number(place.dataset.liveHead)) fresh.hidden = false;
};

const ask = async () => {
  if (document.visibilityState !== "visible") return;
  const answer = await fetch(place.dataset.live, { headers: { Accept: "application/json" } }).catch(() => null);
  if (answer?.status === 200) show(await answer.json());
};

const open = () => {
  if (stream || document.visibilityState !== "visible") return;
  stream = new EventSource(place.dataset.live);
  stream.onmessage = (event) => show(JSON.parse(event.data));
  stream.onerror = () => { if (stream?.readyState === EventSource.CLOSED) { stream = null; setTimeout(ask, 60000); } };
};

const close = () => { stream?.close(); stream = null; };

if (place) {
  document.addEventListener("visibilitychange", () => (document.visibilityState === "visible" ? open() : close()));
  open();
}
