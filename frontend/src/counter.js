// The counter works without this file. With it, a confirmation that meets no network is kept (the piece's code and the
// page's key, nothing of a person) and sent again by itself; the key makes sending it twice harmless.
const STORE = "huiqun-counter";
const load = () => JSON.parse(localStorage.getItem(STORE) ?? "[]");
const keep = (items) => localStorage.setItem(STORE, JSON.stringify(items));
const box = document.querySelector("[data-counter-waiting]");
let told = [];

const post = (address, fields) => {
  const patience = new AbortController();
  const bell = setTimeout(() => patience.abort(), 10_000);
  const body = new URLSearchParams(fields);
  return fetch(address, { method: "POST", body, signal: patience.signal }).finally(() => clearTimeout(bell));
};

const show = () => {
  const rows = [...told, ...load().map(({ code }) => `…${code.slice(-4)}`)];
  box.hidden = rows.length === 0;
  box.querySelector("[data-counter-list]").replaceChildren(
    ...rows.map((text) => Object.assign(document.createElement("li"), { textContent: text })),
  );
};

const pageOf = async (response) => new DOMParser().parseFromString(await response.text(), "text/html");

// Until its answer is on the page, an item stays: whoever signs in again finds it waiting.
const sendWaiting = async () => {
  const token = box.querySelector("[name=csrfmiddlewaretoken]").value;
  for (const item of load()) {
    let response;
    try {
      response = await post(item.address, { key: item.key, csrfmiddlewaretoken: token });
    } catch {
      break;
    }
    if (response.redirected) { location.reload(); return; }
    if (response.status >= 500 || response.status === 403) break;
    const result = (await pageOf(response)).querySelector("[data-counter-result], main");
    told = [...told, `…${item.code.slice(-4)}: ${result.textContent.replace(/\s+/g, " ").trim()}`];
    keep(load().filter(({ key }) => key !== item.key));
  }
  show();
};

const form = document.querySelector("form[data-counter]");
form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const response = await post(location.href, new FormData(form));
    if (response.redirected) { location.assign(response.url); return; }
    if (response.status >= 500) throw new Error(String(response.status));
    document.querySelector("main").replaceWith((await pageOf(response)).querySelector("main"));
  } catch {
    button.disabled = false;
    if ("counterDocument" in form.dataset) { form.querySelector("[data-counter-offline]").hidden = false; return; }
    const { pathname } = location;
    const item = { address: pathname, code: decodeURIComponent(pathname.split("/").slice(-2)[0]), key: form.elements.key.value };
    keep([...load().filter(({ key }) => key !== item.key), item]);
    form.hidden = true;
    show();
  }
});

if (box) {
  addEventListener("online", sendWaiting);
  setInterval(() => { if (load().length) sendWaiting(); }, 15_000);
  show();
  if (load().length) sendWaiting();
}
