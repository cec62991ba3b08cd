// What every page does: times in the reader's own zone, and formulas that are too wide for the screen scroll by
// themselves, by keyboard as well.

export function fitFormulas(root = document) {
  for (const formula of root.querySelectorAll(".math")) {
    const inner = formula.querySelector("math");
    if (!inner || formula.classList.contains("wide")) continue;
    const room = formula.closest("p, li, td, div, section, main").getBoundingClientRect();
    if (inner.getBoundingClientRect().width <= room.width) continue;
    formula.classList.add("wide");
    formula.tabIndex = 0;
    formula.setAttribute("role", "group");
    formula.setAttribute("aria-label", "Formula");
  }
}

function localTimes() {
  for (const time of document.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.valueOf())) continue;
    time.title = time.textContent;
    time.textContent = moment.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
  }
}

fitFormulas();
localTimes();
addEventListener("resize", () => fitFormulas());
