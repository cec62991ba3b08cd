// Shows the time that is left by the server's clock; says it aloud at a few moments only.

const SPOKEN = [1800, 900, 300, 60];

export function startClock(saver) {
  const clock = document.querySelector("[data-left]");
  const said = document.querySelector("[data-spoken]");
  if (!clock) return;
  let end = performance.now() + 1000 * Number(clock.dataset.left);
  let before = Infinity;
  let ended = false;
  saver.onTold((told) => {
    if (typeof told.left === "number") end = performance.now() + 1000 * told.left;
  });
  const show = async () => {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    const hours = Math.floor(left / 3600);
    const minutes = String(Math.floor((left % 3600) / 60)).padStart(hours ? 2 : 1, "0");
    const text = `${hours ? `${hours}:` : ""}${minutes}:${String(left % 60).padStart(2, "0")}`;
    if (clock.textContent !== text) clock.textContent = text;
    clock.classList.toggle("soon", left <= 300);
    const passed = SPOKEN.find((moment) => left <= moment && before > moment);
    if (passed && before !== Infinity) said.textContent = `${passed / 60} minute${passed > 60 ? "s" : ""} left`;
    before = left;
    if (left === 0 && !ended) {
      ended = true;
      await saver.flush();
      saver.left = true;
      setTimeout(() => location.replace("/exam"), 7000 + 3000 * Math.random());
      said.textContent = "Time is over. What is saved is handed in.";
    }
  };
  show();
  setInterval(show, 500);
}
