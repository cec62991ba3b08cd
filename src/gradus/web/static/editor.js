// Numbers the lines of programs. The Tab key goes on to the next field, as everywhere on the page.

export function numberLines(root) {
  for (const area of root.querySelectorAll(".editor textarea")) {
    const gutter = document.createElement("div");
    gutter.className = "gutter";
    gutter.setAttribute("aria-hidden", "true");
    area.parentElement.prepend(gutter);
    const number = () => {
      const lines = area.value.split("\n").length;
      gutter.textContent = Array.from({ length: lines }, (_, line) => line + 1).join("\n");
      gutter.style.height = `${area.offsetHeight}px`;
      gutter.scrollTop = area.scrollTop;
    };
    ["input", "set", "scroll"].forEach((kind) => area.addEventListener(kind, number));
    new ResizeObserver(number).observe(area);
    number();
    // a new line begins where the last one did
    area.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      const line = area.value.slice(0, area.selectionStart).split("\n").at(-1);
      const indent = line.match(/^ */)[0] + (line.trimEnd().endsWith(":") ? "    " : "");
      if (!indent) return;
      event.preventDefault();
      area.setRangeText(`\n${indent}`, area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}
