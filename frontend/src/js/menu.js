// Drawer on narrow screens, drop-downs that close again, and the density a person prefers.
document.addEventListener("click", (event) => {
  const drawer = event.target.closest("[data-drawer]");
  if (drawer) toggleDrawer();
  for (const open of document.querySelectorAll("details.dropdown[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
  if (event.target.closest("[data-density]")) changeDensity();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.body.classList.remove("drawer-open");
  for (const open of document.querySelectorAll("details.dropdown[open]")) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

function toggleDrawer() {
  const open = document.body.classList.toggle("drawer-open");
  const button = document.querySelector(".drawer-button");
  button?.setAttribute("aria-expanded", String(open));
  if (open) document.querySelector("#sider a")?.focus();
  else button?.focus();
}

function changeDensity() {
  const compact = document.body.classList.toggle("compact");
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `huiqun_density=${compact ? "compact" : "roomy"}; path=/; max-age=31536000; samesite=lax${secure}`;
}
