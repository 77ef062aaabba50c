/* Keys of the desk: they can be switched off, and none counts while somebody types. */
const STORE = "desk-keys";
const FIELDS = "input:not([type=checkbox]), textarea, select, [contenteditable]";

const stored = () => {
  try {
    return localStorage.getItem(STORE) !== "off";
  } catch {
    return true; // storage is forbidden: the choice lasts as long as the page
  }
};

export function start(button, act) {
  let isOn = stored();

  const show = () => {
    button.setAttribute("aria-pressed", isOn);
    button.textContent = isOn ? "Keys are on" : "Keys are off";
    document.body.dataset.deskKeys = isOn ? "on" : "off";
  };

  button.addEventListener("click", () => {
    isOn = !isOn;
    try {
      localStorage.setItem(STORE, isOn ? "on" : "off");
    } catch {
      // As above.
    }
    show();
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === "Enter") return void act("send", event);
    if (event.key === "Escape") return void act("escape", event);
    if (!isOn || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest(FIELDS) || document.querySelector("dialog[open]")) return;
    // With Caps Lock a letter is large without Shift, and means the small one.
    const letter = event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase();
    act(/^[a-z]$/i.test(event.key) ? letter : event.key, event);
  });

  show();
  return () => isOn;
}
