/* The lead picture in the form of a post: sent as soon as it is chosen, its focal point set with a click. */
import { send } from "./admin-send.js";

export function startLead(form, root) {
  const part = (name) => root.querySelector(`[data-lead-${name}]`);
  const field = (name) => form.elements[`lead-${name}`];
  let isComing = false;
  const [frame, image, point, status] = ["frame", "image", "point", "status"].map(part);

  const mark = () => {
    point.style.insetInlineStart = `${Number(field("focus_x").value || 50)}%`;
    point.style.insetBlockStart = `${Number(field("focus_y").value || 50)}%`;
  };
  const say = (sentence, isProblem = false) => {
    status.textContent = sentence;
    status.hidden = !sentence;
    status.classList.toggle("picture-panel__problem", isProblem);
  };
  const complain = (sentence) => say(sentence, true);
  const show = (answer) => {
    field("address").value = answer.address;
    image.removeAttribute("width");
    image.removeAttribute("height");
    image.src = answer.address;
    part("shown").hidden = false;
    field("focus_x").value = field("focus_y").value = 50;
    field("alt").value = answer.alt;
    field("decorative").checked = answer.decorative;
    field("caption").value ||= answer.caption;
    form.dispatchEvent(new Event("input"));
    mark();
    say(answer.note || "The picture is here. Say below what it shows; then save.");
  };

  frame.addEventListener("click", (event) => {
    if (!event.detail) return; // the Enter key names no place; the two fields do
    const box = image.getBoundingClientRect();
    field("focus_x").value = Math.round((100 * (event.clientX - box.left)) / box.width);
    field("focus_y").value = Math.round((100 * (event.clientY - box.top)) / box.height);
    form.dispatchEvent(new Event("input"));
    mark();
  });
  for (const name of ["focus_x", "focus_y"]) field(name).addEventListener("input", mark);
  field("file").addEventListener("change", () => {
    const [file] = field("file").files;
    if (!file) return;
    isComing = true;
    say(`Sending ${file.name}.`);
    send(form, root.dataset.send, { file }).then(show, complain).finally(() => { isComing = false; });
    field("file").value = "";
  });
  form.addEventListener("submit", (event) => {
    if (!isComing) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    complain("The lead picture is still on its way. Try again in a moment.");
    status.scrollIntoView({ block: "center" });
  }, { capture: true });

  frame.disabled = false;
  point.removeAttribute("hidden");
  part("hint").hidden = false;
  mark();
}
