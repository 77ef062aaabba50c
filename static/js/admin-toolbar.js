/*
 * Buttons and keys that write Markdown into the text. They type as a person would, through the
 * browser's own command, so that its undo takes one step back as after any key.
 */
import { type } from "./admin-typing.js";

const bar = document.querySelector("[data-toolbar]");
const text = document.querySelector("#id_body");

const AROUND = { bold: "**", italic: "*" };
const BEFORE = { heading: "## ", quote: "> ", list: "- " };
const KEYS = { b: "bold", i: "italic", k: "link" };
const ADDRESS = "https://";

/** Put words in the place of what stands from `start` to `end`, and mark a stretch of the result. */
function put(words, start, end, from, to) {
  text.focus();
  text.setSelectionRange(start, end);
  type(text, words);
  text.setSelectionRange(from, to);
}

/** Put marks around what is chosen, or take them away again. */
function around(mark) {
  const { selectionStart: start, selectionEnd: end, value } = text;
  const size = mark.length;
  const chosen = value.slice(start, end);
  const isMarked = value.slice(start - size, start) === mark && value.slice(end, end + size) === mark;
  const isOther = mark === "*" && value.slice(start - 2, start) === "**";
  if (start >= size && isMarked && !isOther) put(chosen, start - size, end + size, start - size, end - size);
  else put(mark + chosen + mark, start, end, start + size, end + size);
}

/** Put a mark before each chosen line, or take it away where all have it. */
function before(mark) {
  const { selectionStart, selectionEnd, value } = text;
  const start = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const next = value.indexOf("\n", selectionEnd);
  const end = next < 0 ? value.length : next;
  const lines = value.slice(start, end).split("\n");
  const isMarked = lines.every((line) => line.startsWith(mark));
  const changed = lines.map((line) => (isMarked ? line.slice(mark.length) : mark + line)).join("\n");
  const last = start + changed.length;
  put(changed, start, end, selectionStart === selectionEnd ? last : start, last);
}

/** Make a link of what is chosen; what is left to be typed is marked. */
function link() {
  const { selectionStart: start, selectionEnd: end, value } = text;
  const chosen = value.slice(start, end);
  const at = chosen ? start + chosen.length + 3 : start + 1;
  put(`[${chosen}](${ADDRESS})`, start, end, at, chosen ? at + ADDRESS.length : at);
}

function picture() {
  const pictures = document.querySelector("[data-pictures]");
  pictures.open = true;
  pictures.querySelector("input[type=file]").click();
}

function format(name) {
  if (name in AROUND) around(AROUND[name]);
  else if (name in BEFORE) before(BEFORE[name]);
  else if (name === "link") link();
  else picture();
}

if (bar && text) {
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-format]");
    if (button) format(button.dataset.format);
  });
  text.addEventListener("keydown", (event) => {
    const name = KEYS[event.key.toLowerCase()];
    if (!name || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    format(name);
  });
  bar.hidden = false;
}
