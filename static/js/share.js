/* Copies the address of a post. Where a browser forbids it, the button goes away: the address line has it,
   too. It is there from the first paint on, so that nothing moves when this arrives. */
export function start(share) {
  const button = share.querySelector("[data-copy]");
  const status = share.querySelector("[role=status]");
  button.hidden = !navigator.clipboard;
  if (button.hidden) return;
  const label = button.textContent;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      button.hidden = true;
      return;
    }
    button.textContent = status.textContent = button.dataset.done;
    setTimeout(() => {
      button.textContent = label;
      status.textContent = "";
    }, 4000);
  });
}
