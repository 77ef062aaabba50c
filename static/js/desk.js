/*
 * The desk by keys. Each key does what a button of the card does, at once and without a new page: the
 * card becomes a line that says what happened, and says so when it is not saved.
 */
import { Bar } from "./desk-bar.js";
import { Card } from "./desk-card.js";
import { start as startKeys } from "./desk-keys.js";
import { Queue } from "./desk-queue.js";

const form = document.querySelector("#changelist-form");
const list = document.querySelector("[data-cards]");
const bar = new Bar(document.querySelector("[data-bar]"));
const dialog = document.querySelector("[data-dialog]");
const cards = [...(list?.querySelectorAll("[data-card]") ?? [])].map((element) => new Card(element));
const undoable = []; // the last decision stands last
const queue = new Queue(form, () => tell());

const cardOf = (element) => cards.find((card) => card.element === element?.closest?.("[data-card]"));
const cardBy = (pk) => cards.find((card) => card.pk === String(pk));
const current = () => cardOf(document.activeElement) ?? cards.find((card) => card.isOpen);
const unsaved = () => cards.filter((card) => card.state === "unsaved").length;
const tell = () => bar.warn(unsaved());

/** Move on to the next card that is open, or the one before; the last one keeps the focus. */
function goOn(from) {
  const at = cards.indexOf(from);
  const next = cards.slice(at + 1).find((card) => card.isOpen) ?? cards.slice(0, at).reverse().find((card) => card.isOpen);
  (next ?? from).focus();
}

function step(by) {
  const at = cards.indexOf(cardOf(document.activeElement));
  cards[Math.min(Math.max(at + by, 0), cards.length - 1)]?.focus();
}

function decide(card, button) {
  const named = button.dataset.digit ? card.button('[data-key="r"]') : button;
  send({
    card,
    met: button.dataset.all ? similarOf(card) : [card],
    address: button.formAction,
    fields: { ...card.fields(), verb: button.value },
    label: named.firstChild.textContent.trim().replace(/:.*/, ""),
    isAnswer: button.dataset.send !== undefined,
  });
  goOn(card);
}

/** The cards of this page that a button for all similar ones decides, this one first. */
function similarOf(card) {
  const keys = (card.fields()[`similar-${card.pk}`] ?? "").split(" ").map((pair) => pair.split(".")[0]);
  return [card, ...keys.map(cardBy).filter((other) => other?.isOpen)];
}

function send(order) {
  for (const card of order.met) card.collapse("saving", `${order.label}: ${card.name}. Saving…`);
  undoable.push(order);
  queue.add(order.address, order.fields, (result) => receive(order, result));
}

function receive(order, { status, answer, problem }) {
  if (status === 200) return settle(order, answer);
  drop(order);
  if (status) reopen(order, status, answer);
  else markUnsaved(order, problem);
  bar.say(problem ?? "Not saved.");
  tell();
}

function reopen(order, status, answer) {
  for (const card of order.met) card.open();
  if (status === 409) order.card.replace(answer.card);
  else order.card.complain(answer.problem ?? "Not saved.");
  order.card.focus();
  if (order.isAnswer && status !== 409) openAnswer(order.card);
}

function markUnsaved(order, problem) {
  const retry = { label: "Retry", run: () => { send(order); order.card.focus(); } };
  for (const card of order.met) {
    card.collapse("unsaved", `${problem} ${order.label}: ${card.name}`, card === order.card ? retry : undefined);
  }
}

function settle(order, answer) {
  const decided = new Set(answer.decided.map((one) => String(one.pk)));
  const problems = new Map(answer.refused.map((one) => [String(one.pk), one.problem]));
  for (const card of order.met.filter((one) => !decided.has(one.pk))) {
    card.open(undefined, problems.get(card.pk) ?? "This one was not decided.");
  }
  order.met = order.met.filter((card) => decided.has(card.pk));
  order.undo = answer.undo;
  const way = answer.undo && { label: "Undo", run: () => takeBack(order) };
  for (const card of order.met) {
    card.collapse("decided", decided.size > 1 ? `${order.label}: ${card.name}` : answer.sentence, way);
  }
  bar.count(answer.counts);
  bar.say(answer.sentence);
  tell();
  if (!answer.undo) return drop(order);
  setTimeout(() => forget(order), answer.undo.seconds * 1000);
  if (order.isUnwanted) takeBack(order);
}

function drop(order) {
  const at = undoable.indexOf(order);
  if (at >= 0) undoable.splice(at, 1);
  return at >= 0;
}

/** Too late to undo: the line stays, its button goes. */
function forget(order) {
  if (drop(order)) for (const card of order.met) card.settle();
}

function takeBack(order) {
  drop(order);
  queue.add(order.undo.address, { seen: order.undo.seen }, ({ status, answer, problem }) => {
    if (status === 200) {
      for (const one of answer.undone) cardBy(one.pk)?.open(one.revision);
      bar.count(answer.counts);
      order.card.focus();
    } else if (status === 409) {
      order.card.replace(answer.card);
      order.card.focus();
    } else if (!status) {
      undoable.push(order); // the network may come back in time
    }
    bar.say(answer?.sentence ?? problem ?? "Not undone.");
    tell();
  });
}

/** Take back the last decision: of this page, else the one from before it was loaded. */
function undo() {
  const order = undoable.at(-1);
  const before = document.querySelector("[data-way-back]");
  if (order) {
    order.card.focus();
    if (order.undo) return takeBack(order);
    order.isUnwanted = true; // its answer says how
  } else if (before) before.requestSubmit();
  else bar.say("There is nothing to undo any more.");
}

/** Open the reasons of a card; the key once more, or a digit, decides. */
function openReasons(card) {
  const fold = card.fold("[data-reasons]");
  const plain = card.button('[data-key="r"]');
  if (!fold || !plain) return;
  if (fold.open) return decide(card, plain);
  fold.open = true;
  fold.scrollIntoView({ block: "nearest" });
  bar.say("Choose a reason by its digit, or press r again to give none.");
}

function openAnswer(card) {
  const fold = card.fold("[data-answer]");
  if (!fold) return;
  fold.open = true;
  fold.querySelector("textarea").focus();
}

function escape(event) {
  const card = cardOf(event.target);
  if (!card || document.querySelector("dialog[open]")) return;
  for (const fold of card.element.querySelectorAll("details.fold")) fold.open = false;
  card.focus();
}

function act(key, event) {
  const card = current();
  if (key === "escape") return escape(event);
  if (key === "send") {
    const button = event.target.closest("[data-answer]")?.querySelector("[data-send]");
    return button && decide(cardOf(button), button);
  }
  const known = {
    j: () => step(1),
    k: () => step(-1),
    z: undo,
    u: undo,
    "?": () => dialog.showModal(),
    "/": () => document.querySelector("#searchbar")?.focus(),
  };
  const onCard = {
    e: () => openAnswer(card),
    r: () => openReasons(card),
    x: () => card.element.querySelector(".action-select")?.click(),
  };
  const run = known[key] ?? (card?.isOpen ? onCard[key] ?? press(card, key) : undefined);
  if (!run) return;
  event.preventDefault();
  run();
}

/** What is left: a plain decision, one about all similar ones, or a reason by its digit. */
function press(card, key) {
  const digit = /^[1-9]$/.test(key) && card.fold("[data-reasons][open]")?.querySelector(`[data-digit="${key}"]`);
  const all = /^[A-Z]$/.test(key) && card.button(`[data-all="${key.toLowerCase()}"]`);
  const button = digit || all || (/^[a-z]$/.test(key) && card.button(`[data-key="${key}"]`));
  return button ? () => decide(card, button) : undefined;
}

form?.addEventListener("submit", (event) => {
  const button = event.submitter;
  const card = cardOf(button);
  if (!card || button.dataset.verb === undefined) return;
  event.preventDefault();
  decide(card, button);
});
addEventListener("beforeunload", (event) => {
  if (queue.waiting || unsaved()) event.preventDefault();
});
const wayBack = document.querySelector("[data-way-back]");
if (wayBack) setTimeout(() => wayBack.remove(), wayBack.dataset.wayBack * 1000);
document.querySelector("[data-help]").addEventListener("click", () => dialog.showModal());
const areOn = startKeys(document.querySelector("[data-bar] [data-keys]"), act);
if (areOn() && document.activeElement === document.body) cards[0]?.focus();
