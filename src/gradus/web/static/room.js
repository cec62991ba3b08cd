// Saves what is written every few seconds and says so; the clock is the server's. Everything works without this file,
// but for saving by itself, for previews and for line numbers.
import { previewFields } from "./preview.js";
import { startClock } from "./clock.js";
import { Saver } from "./saver.js";
import { numberLines } from "./editor.js";
import { valuesOf } from "./fields.js";

const form = document.querySelector("form[data-paper]");

const valueOf = valuesOf(form);

function setValue(name, text) {
  const chosen = new Set(text.split(",").map((word) => word.trim()));
  for (const input of form.elements) {
    if (input.name !== name) continue;
    if (["radio", "checkbox"].includes(input.type)) input.checked = chosen.has(input.value);
    else input.value = text;
    input.dispatchEvent(new Event("set"));
  }
}

// marks the item in the list of questions as answered, partly or not
function markContents(item) {
  const names = new Set([...form.elements].map((input) => input.name).filter((name) => name.startsWith(`${item}/`)));
  const done = [...names].filter((name) => valueOf(name).trim()).length;
  const link = document.querySelector(`.contents a[href="#q-${CSS.escape(item)}"], .contents a[data-item="${CSS.escape(item)}"]`);
  if (!link) return;
  link.className = done === names.size ? "done" : done ? "some" : "";
  link.querySelector(".hidden").textContent = done === names.size ? "answered" : done ? "partly answered" : "blank";
}

if (form) {
  const saver = new Saver(form, valueOf, setValue, markContents);
  form.addEventListener("input", (event) => {
    const name = event.target.name;
    if (!name || !name.includes("/") || name.startsWith("was:")) return;
    saver.changed(name);
    markContents(name.slice(0, name.lastIndexOf("/")));
  });
  startClock(saver);
  previewFields(form, valueOf);
  numberLines(form);
  document.querySelectorAll("a[data-leave], button[data-leave]").forEach((link) =>
    link.addEventListener("click", async (event) => {
      if (!saver.waiting()) return;
      event.preventDefault();
      const told = await saver.flush();
      if (told) {
        saver.left = true;
        location.href = "/exam/hand-in";
      }
    }),
  );
}
