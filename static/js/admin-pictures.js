/*
 * Pictures in the form of a post. Pasted, dropped or chosen, each is sent at once while the writing
 * goes on; a mark keeps its place in the text. Below the text stands what is asked about it, and the
 * server spells what goes into the text. Without this module the same fields are sent with the form.
 */
import { startLead } from "./admin-lead.js";
import { send } from "./admin-send.js";

const form = document.querySelector("form[data-unsaved]");

const isPicture = (file) => file.type.startsWith("image/");
const pictures = (transfer) => [...(transfer?.files ?? [])].filter(isPicture);

function startText(root) {
  const text = form.elements.body;
  const input = form.elements["picture-file"];
  const list = form.querySelector("[data-pictures-list]");
  const status = form.querySelector("[data-pictures-status]");
  const template = form.querySelector("[data-picture-panel]");
  const open = new Map(); // panel → the mark in the text
  const arrivals = new Map(); // panel → the promise that it is here, or refused
  const around = new Map(); // mark → the line ends that came with it, before and after
  let count = 0;

  const say = (sentence) => { status.textContent = sentence; };

  // Where nothing takes the place of a mark, its own line ends go as well.
  const placeOf = (mark, at, words) => {
    const end = at + mark.length;
    if (words) return [at, end];
    const [before, after] = around.get(mark);
    return [
      text.value.slice(0, at).endsWith(before) ? at - before.length : at,
      text.value.slice(end).startsWith(after) ? end + after.length : end,
    ];
  };

  const write = (mark, words) => {
    const at = text.value.indexOf(mark);
    if (at >= 0) text.setRangeText(words, ...placeOf(mark, at, words), "preserve");
    else if (words) text.setRangeText(`\n\n${words}\n`, text.value.length, text.value.length, "preserve");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const placeMark = () => {
    let mark;
    // The text may hold one that a browser left behind when it died.
    do mark = `[picture ${count += 1} is coming]`;
    while (text.value.includes(mark));
    const at = text.selectionEnd;
    // A paragraph of its own: as many line ends as are missing on either side.
    const [above, below] = [text.value.slice(0, at), text.value.slice(at)];
    const before = "\n\n".slice(above ? above.match(/\n{0,2}$/)[0].length : 2);
    const after = "\n\n".slice(below.match(/^\n{0,2}/)[0].length);
    around.set(mark, [before, after]);
    text.setRangeText(before + mark + after, at, at, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
    return mark;
  };

  const close = (panel, words) => {
    if (open.has(panel)) write(open.get(panel), words);
    open.delete(panel);
    panel.remove();
    text.focus({ preventScroll: true });
  };

  const show = (panel, answer) => {
    const part = (name) => panel.querySelector(`[data-${name}]`);
    panel.dataset.address = answer.address;
    part("thumbnail").src = answer.thumbnail;
    part("note").textContent = answer.note;
    part("note").hidden = !answer.note;
    part("alt").value = answer.alt;
    part("decorative").checked = answer.decorative;
    part("caption").value = answer.caption;
    panel.querySelector("progress").hidden = true;
    part("waits").hidden = true;
    part("fields").hidden = part("put").hidden = false;
    say(`${answer.name} is here. Say below the text what it shows.`);
    // Who chose it by its button is asked at once; who writes on is left alone.
    if (!document.activeElement.matches("textarea, select, input:not([type=file])")) part("alt").focus();
  };

  const complain = (panel, sentence) => {
    const problem = panel.querySelector("[data-problem]");
    problem.textContent = sentence;
    problem.hidden = false;
    panel.querySelector("progress").hidden = panel.querySelector("[data-waits]").hidden = true;
    say(sentence);
  };

  /** What was refused comes no more: its mark goes at once, and it keeps nobody from saving. */
  const refuse = (panel, sentence) => {
    complain(panel, sentence);
    if (!open.has(panel)) return;
    write(open.get(panel), "");
    open.delete(panel);
    panel.querySelector("[data-leave]").textContent = "Close";
  };

  /** Put a picture into the text, and tell whether it is there. `later` is for what nobody has described. */
  const put = async (panel, { later = false, hint = "" } = {}) => {
    const part = (name) => panel.querySelector(`[data-${name}]`);
    const fields = { address: panel.dataset.address, alt: part("alt").value, caption: part("caption").value, markup: root.dataset.markup };
    if (part("decorative").checked) fields.decorative = "on";
    if (later) fields.later = "on";
    try {
      const answer = await send(form, root.dataset.send, fields);
      close(panel, answer.snippet);
      say("The picture is in the text.");
      return true;
    } catch (sentence) {
      complain(panel, `${sentence} ${hint}`.trim());
      part("alt").focus();
      return false;
    }
  };

  /** Let every picture come and go into the text, then press the button: publishing is one press. */
  const finish = async (button) => {
    const label = button?.textContent.trim() || "Save draft";
    for (const panel of [...open.keys()]) {
      panel.querySelector("[data-waits]").hidden = Boolean(panel.dataset.address);
      await arrivals.get(panel);
      if (!panel.isConnected) continue; // left out meanwhile
      if (!open.has(panel)) return; // refused, and its panel says why
      const later = panel.dataset.isAsked === "yes";
      panel.dataset.isAsked = "yes";
      if (!(await put(panel, { later, hint: `Or press “${label}” again, and say it later.` }))) return;
    }
    form.requestSubmit(button);
  };

  const add = (file) => {
    const panel = template.content.firstElementChild.cloneNode(true);
    const name = file.name || "picture";
    count === 0 && root.removeAttribute("open");
    open.set(panel, placeMark());
    panel.querySelector("[data-name]").textContent = `Picture: ${name}`;
    for (const label of panel.querySelectorAll("[data-for]")) {
      const field = panel.querySelector(`[data-${label.dataset.for}]`);
      label.htmlFor = field.id = `picture-${count}-${label.dataset.for}`;
    }
    panel.querySelector("[data-put]").addEventListener("click", () => put(panel));
    panel.querySelector("[data-leave]").addEventListener("click", () => { 
      const isLeft = open.has(panel);
      close(panel, "");
      say(isLeft ? "The picture is left out." : "");
    });
    // The Enter key in a field would press the first button of the form.
    panel.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
      event.preventDefault();
      if (panel.dataset.address) put(panel);
    });
    list.append(panel);
    say(`Sending ${name}.`);
    const bar = panel.querySelector("progress");
    const arrival = send(form, root.dataset.send, { file }, (percent) => { bar.value = percent; })
      .then((answer) => show(panel, answer), (sentence) => refuse(panel, sentence));
    arrivals.set(panel, arrival);
  };

  text.addEventListener("paste", (event) => {
    const found = pictures(event.clipboardData);
    // A word processor puts a picture of the text beside the text: the text is what was meant.
    if (!found.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    found.forEach(add);
  });
  text.addEventListener("dragover", (event) => { if (event.dataTransfer.types.includes("Files")) event.preventDefault(); });
  text.addEventListener("drop", (event) => {
    const found = pictures(event.dataTransfer);
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    if (found.length) found.forEach(add);
    else say("Only pictures can be dropped here: PNG, JPEG, WebP, GIF or AVIF.");
  });
  input.addEventListener("change", () => {
    [...input.files].forEach(add);
    input.value = "";
  });
  let isFinishing = false;
  form.addEventListener("submit", (event) => {
    if (!open.size) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (isFinishing) return;
    isFinishing = true;
    finish(event.submitter).finally(() => { isFinishing = false; });
  }, { capture: true });

  input.multiple = true;
  root.querySelector("[data-pictures-script]").hidden = false;
  root.querySelector("[data-pictures-form]").hidden = !form.elements["picture-address"].value;
}

const text = form?.querySelector("[data-pictures]");
const lead = form?.querySelector("[data-lead]");
if (text) startText(text);
if (lead) startLead(form, lead);
