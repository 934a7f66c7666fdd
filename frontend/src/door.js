// At the door of an activity, perhaps without a network: codes wait on this device until they are told. The page works
// without it too, as an ordinary form. Telling a code twice changes nothing at the server.
const form = document.querySelector("form[data-door]");
if (form) {
  const place = `door:${form.dataset.door}`;
  const field = form.querySelector("textarea");
  const list = form.querySelector("[data-said]");
  const words = (name) => document.querySelector(`[data-${name}]`).textContent;
  const known = new Set(JSON.parse(document.getElementById("door-known").textContent));
  const kept = () => JSON.parse(localStorage.getItem(place) || "[]");
  const keep = (scans) => localStorage.setItem(place, JSON.stringify(scans));

  const say = (code, text) => {
    const line = document.createElement("li");
    line.textContent = `${code} ${text}`;
    list.prepend(line);
  };

  const hashed = async (code) => {
    const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(code));
    return [...new Uint8Array(bytes)].slice(0, 8).map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  let telling = false;
  const tell = async () => {
    const scans = kept();
    if (telling || !scans.length) return;
    telling = true;
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.append("scans", JSON.stringify(scans));
    try {
      const answer = await fetch(form.dataset.door, { method: "POST", body, headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const told = new Set(scans.map((scan) => scan.code));
      for (const each of (await answer.json()).answers) say(each.code, each.said);
      keep(kept().filter((scan) => !told.has(scan.code)));
    } catch { /* no network: it stays here */ } finally { telling = false; }
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const codes = field.value.split(/\s+/).filter(Boolean);
    field.value = "";
    field.focus();
    keep([...kept(), ...codes.map((code) => ({ code, at: Date.now() }))]);
    if (!navigator.onLine) {
      for (const code of codes) {
        const here = self.crypto?.subtle ? known.has(await hashed(code)) : true;
        say(code, here ? words("kept") : words("unknown"));
      }
    }
    tell();
  });
  addEventListener("online", tell);
  setInterval(tell, 20000);
  tell();
}
