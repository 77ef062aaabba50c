/*
 * The live view of the settings: the server renders the site with what stands in the form, as it does
 * for the buttons without a script, and the answer is shown in place. Nothing is saved.
 */
const STILL = 800;
const UNREACHED = "The view could not be brought up to date. It tries again when you type.";

const form = document.querySelector("#site_form");
const section = document.querySelector("[data-site-look]");

function start() {
  const problems = section.querySelector("[data-look-problems]");
  const buttons = [...section.querySelectorAll("button[name='_look']")];
  const wide = matchMedia("(min-width: 70rem)");
  let part = "";
  let timer = 0;
  let asking = null;

  const say = (sentences) => {
    const lines = sentences.map((sentence) => Object.assign(document.createElement("li"), { textContent: sentence }));
    if (problems.innerText.trim() !== sentences.join("\n")) problems.replaceChildren(...lines);
  };

  /** Put the new page where the old one is, at the place it was scrolled to. */
  const show = (next) => {
    const frame = section.querySelector("[data-look-frame]");
    if (!next) { frame?.remove(); return; }
    const shown = frame?.contentDocument;
    if (!shown?.body?.childElementCount) { frame?.remove(); section.append(next); return; }
    const page = new DOMParser().parseFromString(next.getAttribute("srcdoc"), "text/html");
    const [theme, old] = [page, shown].map((from) => from.querySelector("link[href*='theme.css']"));
    if (theme?.getAttribute("href") !== old?.getAttribute("href")) {
      if (theme) shown.head.append(shown.importNode(theme));
      old?.remove();
    }
    frame.title = next.title;
    shown.body.replaceWith(shown.importNode(page.body, true));
  };

  const refresh = async () => {
    clearTimeout(timer);
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    const fields = new FormData(form);
    fields.set("_look", part);
    try {
      const answer = await fetch(location.pathname, { method: "POST", body: fields, redirect: "manual", signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.querySelector("[data-site-look]");
      if (!answer.ok || !found) throw new Error();
      const sentences = [...found.querySelectorAll("[data-look-problems] li:not([data-again])")];
      say(sentences.map((line) => line.textContent));
      show(found.querySelector("[data-look-frame]"));
    } catch {
      if (!signal.aborted) say([UNREACHED]);
    }
  };

  const see = (wanted) => {
    part = wanted;
    for (const button of buttons) {
      if (button.value === part) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
    refresh();
  };

  for (const button of buttons) {
    button.addEventListener("click", (event) => { event.preventDefault(); see(button.value); });
  }
  form.addEventListener("input", () => {
    if (!part) return;
    clearTimeout(timer);
    timer = setTimeout(refresh, STILL);
  });
  if (wide.matches) see(buttons.find((button) => button.hasAttribute("aria-current"))?.value ?? "index");
}

if (form && section) start();
