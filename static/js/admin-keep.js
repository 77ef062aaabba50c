/*
 * Keeps what is typed into the form of a post on the server: two seconds after the last key, and every
 * few seconds while somebody types on, so that a browser that dies costs five seconds at most.
 */
import { SIGNED_OUT, UNREACHED, holdBack } from "./admin-hold.js";
import "./admin-marks.js";
import "./admin-others.js";

const QUIET = 2000;
const LATEST = 4000; // and a second for the way
const RETRY = 3000;
const PATIENCE = 8000;
const PATIENCE_WITH_A_PRESS = 30000;
const MOST_ON_LEAVING = 60000; // browsers send 64 kB once a page is gone, and no more

const UNANSWERED = "The server could not do it just now. Your words are still here; press again in a moment.";
// The same, while nobody has pressed anything.
const NOT_KEPT = {
  [UNREACHED]: "Not kept: no connection; trying again.",
  [SIGNED_OUT]: "Not kept: you are signed out. Sign in in another window; your words stay here.",
  [UNANSWERED]: "Not kept: the server could not do it just now; trying again.",
};

const form = document.querySelector("form[data-keep]");

/** The fields without files, which are sent on their own. */
function fields() {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
}

const isShort = (data) => String(new URLSearchParams(data)).length < MOST_ON_LEAVING;

/** After signing in anew the page needs a new token; the address it came from has one. */
async function renewToken() {
  const answer = await fetch(location.href, { redirect: "error" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("[data-keep] [name=csrfmiddlewaretoken]");
  if (token) form.elements.csrfmiddlewaretoken.value = token.value;
}

/** What went wrong, as a sentence. */
async function problem(answer) {
  if (answer.type === "opaqueredirect") return SIGNED_OUT;
  if (answer.status === 403) {
    await renewToken().catch(() => {});
    return UNANSWERED;
  }
  const isOurs = answer.headers.get("Content-Type")?.startsWith("application/json");
  return isOurs ? (await answer.json()).problem : UNANSWERED;
}

function start() {
  const part = (name) => document.querySelector(`[data-${name}]`);
  const [status, time, others, aids] = ["kept", "kept-at", "others", "aids"].map(part);
  let since = 0; // when the first key was pressed that is not kept
  let timer = 0;
  let sending = null;
  let isFailing = false;
  let isSubmitted = false;

  // Only a change is announced: the time stands outside of what screen readers read aloud.
  const say = (element, words) => { if (element.textContent !== words) element.textContent = words; };

  const plan = () => {
    clearTimeout(timer);
    const wait = isFailing ? RETRY : Math.min(QUIET, since + LATEST - Date.now());
    timer = setTimeout(keep, Math.max(0, wait));
  };

  const show = (answer) => {
    say(status, "Kept");
    say(time, answer.kept);
    say(others, answer.others);
    if (aids.innerHTML !== answer.advice) aids.innerHTML = answer.advice;
  };

  const fail = (sentence) => {
    isFailing = true;
    say(status, NOT_KEPT[sentence] ?? `Not kept: ${sentence}`);
    say(time, "");
  };

  async function keep() {
    clearTimeout(timer);
    const began = since;
    const mine = new AbortController();
    const patience = setTimeout(() => mine.abort(), PATIENCE);
    const body = fields();
    since = 0;
    sending = mine;
    try {
      // A phone may end a page that is out of sight without a word.
      const keepalive = document.hidden && isShort(body);
      const answer = await fetch(form.dataset.keep, { method: "POST", body, keepalive, redirect: "manual", signal: mine.signal });
      isFailing = !answer.ok;
      if (answer.ok) show(await answer.json());
      else fail(await problem(answer));
    } catch {
      if (isSubmitted) since = began;
      else fail(UNREACHED);
    }
    clearTimeout(patience);
    if (sending === mine) sending = null;
    if (isFailing) since = began;
    if (since && !isSubmitted) plan();
  }

  /** Keep the words before they are sent, and resolve with what stands in the way, if anything does. */
  async function ask(isAgain = false) {
    clearTimeout(timer);
    sending?.abort();
    const began = since || Date.now();
    since = 0;
    const request = { method: "POST", body: fields(), redirect: "manual", signal: AbortSignal.timeout(PATIENCE_WITH_A_PRESS) };
    const answer = await fetch(form.dataset.keep, request).catch(() => null);
    if (answer?.ok) {
      isFailing = false;
      return "";
    }
    const sentence = answer ? await problem(answer) : UNREACHED;
    if (answer?.status === 403 && !isAgain) return ask(true); // the token was renewed
    since ||= began;
    fail(sentence);
    plan();
    return sentence;
  }

  // The value of a box without one is "on", and its default is empty.
  const isTicked = (field) => ["checkbox", "radio"].includes(field.type);

  /** Whether a browser has put back into the form what was typed before. */
  const isRestored = () => [...form.querySelectorAll("textarea, input:not([type=hidden], [type=file])")]
    .some((field) => (isTicked(field) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue));

  const isPending = () => Boolean((since || sending) && !isSubmitted);

  form.addEventListener("input", () => {
    isSubmitted = false; // whoever types on has stopped it
    since ||= Date.now();
    if (!sending && !isFailing) plan();
  });
  holdBack(form, ask);
  form.addEventListener("submit", (event) => {
    isSubmitted = true;
    clearTimeout(timer);
    sending?.abort();
    setTimeout(() => {
      isSubmitted = !event.defaultPrevented;
      if (since && !isSubmitted) plan();
    });
  });
  addEventListener("pageshow", () => {
    isSubmitted = false;
    if (!isRestored()) return;
    since ||= Date.now(); // they are newer than what is kept
    plan();
  });
  addEventListener("online", () => { if (since && !sending) keep(); });
  addEventListener("pagehide", () => {
    if (!isPending()) return;
    sending?.abort();
    const body = fields();
    fetch(form.dataset.keep, { method: "POST", body, keepalive: isShort(body) }).catch(() => {});
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && since && !sending && !isSubmitted) keep();
  });
  // Words that could not be kept are the only ones that leaving would cost.
  addEventListener("beforeunload", (event) => {
    if (isFailing && isPending()) event.preventDefault();
  });

  // The address of a new post names its form, so that whoever comes back gets this one, or what it became.
  const key = form.elements.draft_key.value;
  if (key) {
    const address = new URL(location.href);
    address.searchParams.set("kind", form.elements.kind.value);
    address.searchParams.set("draft", key);
    history.replaceState(history.state, "", address);
  }

  part("writing-bar").hidden = false;
  if (form.dataset.unsaved === "yes") {
    since = Date.now();
    plan();
  }
}

if (form) start();
