// Shows how an answer is read while it is written, and runs the public checks of a program.

import { fitFormulas } from "./page.js";

const PAUSE = 700;

async function ask(address, data, token) {
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": token };
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(data), signal: AbortSignal.timeout(40000) });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.text);
  return told; // its HTML is made by the server's templates, in which everything is escaped
}

function split(name) {
  const cut = name.lastIndexOf("/");
  return { item: name.slice(0, cut), part: name.slice(cut + 1) };
}

export function previewFields(form, valueOf, base = "/exam") {
  const token = form.elements.csrf.value;
  const asked = new Map(); // field → number of the latest question about it
  const timers = new Map();
  const show = async (name, place) => {
    const number = (asked.get(name) ?? 0) + 1;
    asked.set(name, number);
    const text = valueOf(name);
    if (!text.trim()) {
      place.replaceChildren();
      return;
    }
    try {
      const { html } = await ask(`${base}/preview`, { ...split(name), text }, token);
      if (asked.get(name) !== number || place.innerHTML === html) return;
      place.innerHTML = html;
      fitFormulas(place);
    } catch {
      if (asked.get(name) === number) place.replaceChildren(); // saying nothing is better than something old
    }
  };
  for (const place of form.querySelectorAll("[data-reading]")) {
    const name = place.dataset.reading;
    const later = () => {
      clearTimeout(timers.get(name));
      timers.set(name, setTimeout(() => show(name, place), PAUSE));
    };
    for (const input of form.elements) {
      if (input.name === name) ["input", "set"].forEach((kind) => input.addEventListener(kind, later));
    }
  }
  for (const button of form.querySelectorAll("button[data-try]")) {
    const place = document.getElementById(button.getAttribute("aria-controls"));
    button.addEventListener("click", async (event) => {
      event.preventDefault();
      button.disabled = true;
      place.textContent = "Running the public checks …";
      const data = { ...split(button.dataset.try), text: valueOf(button.dataset.try) };
      try {
        let told;
        do { // the server answers after two seconds, with the place in line where the checks are not done
          told = await ask(`${base}/try`, data, token);
          if (place.innerHTML !== told.html) place.innerHTML = told.html;
        } while (told.waiting);
      } catch (error) {
        place.textContent = `The checks could not be run: ${error.message}`;
      }
      button.disabled = false;
      button.focus();
    });
  }
}
