// What every page does: times in the reader's own zone, formulas that are too wide for the screen scroll by
// themselves, by keyboard as well, and pages on which something is under way are kept up to date.

export function fitFormulas(root = document) {
  // what is scrolled by a finger is scrolled by keys as well
  for (const block of root.querySelectorAll("pre")) if (block.scrollWidth > block.clientWidth) block.tabIndex = 0;
  for (const formula of root.querySelectorAll(".math")) {
    const inner = formula.querySelector("math");
    const room = formula.closest("p, li, td, div, section, main").getBoundingClientRect().width;
    if (inner === null) continue;
    // a formula of its own is as wide as its place, whatever stands in it
    const widths = [inner, ...inner.children].map((one) => one.getBoundingClientRect().width);
    const wide = room > 0 && Math.max(...widths) > room + 1;
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
    if (time.title) continue; // done before
    time.title = time.textContent;
    time.textContent = moment.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
  }
}

// A page on which something is under way brings itself up to date, unless someone is in the middle of it.
function keepUpToDate() {
  const main = document.querySelector("main[data-live]");
  if (!main) return;
  setTimeout(async () => {
    const focus = document.activeElement;
    if (!document.hidden && (!main.contains(focus) || focus === main)) {
      try {
        const answer = await fetch(location.href, { signal: AbortSignal.timeout(10000) });
        if (answer.redirected) location.reload();
        if (answer.ok && "again" in main.dataset) location.replace(location.href);
        const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
        if (answer.ok && found) main.replaceWith(found);
        fitFormulas();
        localTimes();
      } catch {
        // the next one tells
      }
    }
    keepUpToDate();
  }, 1000 * Number(main.dataset.live));
}

fitFormulas();
localTimes();
keepUpToDate();
addEventListener("resize", () => fitFormulas());
