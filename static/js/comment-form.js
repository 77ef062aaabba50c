/*
 * Stamps how long the writing took, over all previews of it, and sends once. The stamp stays empty where
 * the writing began before this script came, since only its end would be timed. What is typed is not
 * kept in the browser: on a shared machine the next person would find it, and the server loses no text.
 */
const RELEASE_AFTER = 15_000; // milliseconds; a lost connection must not lock the button

const WORDS = "textarea, input:not([type=hidden], [type=submit], [type=radio], [type=checkbox])";

export function start(form) {
  const button = form.querySelector("[type=submit]");
  const label = button.textContent;
  // What an earlier page of the same comment has measured: a preview, or a form that came back.
  const before = Number(form.elements.elapsed.value) || 0;
  const hasBegun =
    form.contains(document.activeElement) ||
    [...form.querySelectorAll(WORDS)].some((field) => field.value);
  const isTimed = before > 0 || !hasBegun;
  let startedAt = null;
  let timer;

  const release = () => {
    clearTimeout(timer);
    button.removeAttribute("aria-disabled");
    button.textContent = label;
  };

  const hold = () => {
    button.setAttribute("aria-disabled", "true");
    button.textContent = button.dataset.sending;
    timer = setTimeout(release, RELEASE_AFTER);
  };

  form.addEventListener("focusin", (event) => {
    if (isTimed && event.target.type !== "submit") startedAt ??= performance.now();
  });

  form.addEventListener("submit", (event) => {
    if (button.getAttribute("aria-disabled")) {
      event.preventDefault();
      return;
    }
    if (startedAt !== null) {
      form.elements.elapsed.value = before + Math.round(performance.now() - startedAt);
    }
    if (event.submitter?.name !== "preview") hold();
  });

  // Coming back with the browser's own button shows the page as it was left.
  addEventListener("pageshow", release);
}
