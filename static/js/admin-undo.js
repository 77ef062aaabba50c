/* The way back from a publication: counts down what is left of it, then goes. Without script the
   button stays, and the answer says when it came too late. */

for (const form of document.querySelectorAll("[data-undo]")) {
  const button = form.querySelector("button");
  const clock = document.createElement("span");
  const end = performance.now() + form.dataset.undo * 1000;
  clock.className = "post-undo__clock";
  clock.setAttribute("aria-hidden", "true");
  button.after(clock);
  const tick = () => {
    const left = Math.ceil((end - performance.now()) / 1000);
    clock.textContent = `${left} s`;
    if (left > 0) return;
    clearInterval(timer);
    if (form.contains(document.activeElement)) {
      const next = document.querySelector("#content h1, #content-start");
      next?.setAttribute("tabindex", "-1");
      next?.focus();
    }
    form.remove();
  };
  const timer = setInterval(tick, 250);
  tick();
}
