// What every page does: times in the reader's own zone, and formulas that are too wide for the screen scroll by
// themselves, by keyboard as well.

export function fitFormulas(root = document) {
  for (const formula of root.querySelectorAll(".math")) {
    const inner = formula.querySelector("math");
    const room = formula.closest("p, li, td, div, section, main").getBoundingClientRect().width;
    const wide = inner !== null && room > 0 && inner.getBoundingClientRect().width > room + 1;
    if (wide === formula.classList.contains("wide")) continue;
    formula.classList.toggle("wide", wide);
    for (const [name, value] of [["tabindex", "0"], ["role", "group"], ["aria-label", "Formula"]]) {
      if (wide) formula.setAttribute(name, value);
      else formula.removeAttribute(name);
    }
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
