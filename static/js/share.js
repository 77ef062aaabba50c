/* Copies the address of a post. Where a browser forbids it, the button stays away: the address line
   has it, too. */
export function start(share) {
  const button = share.querySelector("[data-copy]");
  const status = share.querySelector("[role=status]");
  if (!navigator.clipboard) return;
  const label = button.textContent;
  button.hidden = false;
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
