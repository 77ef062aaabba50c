/*
 * The live preview: the server renders the words as they stand in the form, and they are shown beside
 * it, or in its place where there is no room. The frame runs no script and is never navigated.
 */
const STILL = 1500;
const OPEN = "Live preview";
const UNREACHED = "The preview could not be brought up to date. It tries again when you type.";

const form = document.querySelector("form[data-look]");
const page = document.querySelector("[data-look-page]");

/** A frame without scripts; of this origin, so that pictures that are not public yet can be seen. */
function makeFrame() {
  const frame = document.createElement("iframe");
  frame.sandbox = "allow-same-origin allow-popups allow-popups-to-escape-sandbox";
  frame.title = "The words as readers will see them";
  frame.className = "look__frame";
  frame.dataset.lookFrame = "";
  page.append(frame);
  return frame;
}

function start() {
  const part = (name) => document.querySelector(`[data-look-${name}]`);
  const [opener, closer, problem] = ["open", "close", "problem"].map(part);
  const frame = makeFrame();
  const writing = document.querySelector("[data-writing]");
  const wide = matchMedia("(min-width: 70rem)");
  let isLoaded = false;
  let timer = 0;
  let asking = null;

  const fields = () => {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    return data;
  };

  const show = async (html) => {
    const found = new DOMParser().parseFromString(html, "text/html");
    for (const script of found.querySelectorAll("script")) script.remove();
    for (const link of found.querySelectorAll("a[href]")) {
      const href = link.getAttribute("href");
      if (href.startsWith("#")) link.setAttribute("href", `about:srcdoc${href}`);
      else link.target = "_blank";
    }
    if (isLoaded) {
      // In place, so that it stays where it was scrolled to.
      const shown = frame.contentDocument;
      shown.body.replaceWith(shown.importNode(found.body, true));
      return;
    }
    const loading = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
    frame.srcdoc = `<!doctype html>${found.documentElement.outerHTML}`;
    await loading;
    isLoaded = true;
    frame.contentWindow.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && page.matches(":modal")) close();
    });
  };

  const refresh = async () => {
    clearTimeout(timer);
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const answer = await fetch(form.dataset.look, { method: "POST", body: fields(), redirect: "manual", signal });
      const isOurs = answer.headers.get("Content-Type")?.startsWith("application/json");
      if (answer.ok) await show(await answer.text());
      problem.textContent = answer.ok ? "" : isOurs ? (await answer.json()).problem : UNREACHED;
    } catch {
      if (!signal.aborted) problem.textContent = UNREACHED;
    }
  };

  const open = () => {
    if (page.open) page.close();
    if (wide.matches) page.setAttribute("open", ""); // show() would take the focus out of the text
    else {
      page.showModal();
      // In place of the text it is a page to the person: Back leads to the text.
      if (!history.state?.look) history.pushState({ look: true }, "");
    }
    writing.classList.toggle("writing--looking", wide.matches);
    opener.setAttribute("aria-expanded", "true");
    opener.textContent = wide.matches ? closer.textContent : OPEN;
    refresh();
  };

  const closed = () => {
    writing.classList.remove("writing--looking");
    opener.setAttribute("aria-expanded", "false");
    opener.textContent = OPEN;
    if (history.state?.look) history.back();
  };

  const close = () => {
    page.close();
    closed();
    opener.focus();
  };

  opener.addEventListener("click", () => { if (page.open) close(); else open(); });
  closer.addEventListener("click", close);
  page.addEventListener("cancel", closed);
  addEventListener("popstate", () => { if (page.open && !wide.matches) close(); });
  wide.addEventListener("change", () => { if (page.open) { page.close(); closed(); if (wide.matches) open(); } });
  form.addEventListener("input", () => {
    if (!page.open) return;
    clearTimeout(timer);
    timer = setTimeout(refresh, STILL);
  });
  if (wide.matches) open();
}

if (form && page) start();
