// Brings the table of progress up to date while the page is looked at.
const place = document.querySelector("[data-rows]");

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch(place.dataset.rows, { signal: AbortSignal.timeout(10000) });
    if (!answer.ok) return;
    const focused = document.activeElement?.getAttribute?.("href");
    place.innerHTML = await answer.text(); // made by the server's templates, in which everything is escaped
    if (focused && !place.contains(document.activeElement)) place.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  } catch {
    // the next one tells
  }
}

setInterval(refresh, 5000);
