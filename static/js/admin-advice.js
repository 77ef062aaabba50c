// A piece of advice leads to its place in the text, or to the field it is about.
const aids = document.querySelector("[data-aids]");

aids?.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-excerpt]");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  const more = field.closest("details");
  if (more) more.open = true;
  const at = link.dataset.excerpt ? field.value.indexOf(link.dataset.excerpt) : -1;
  if (at >= 0) {
    field.setSelectionRange(at, at + link.dataset.excerpt.length);
    field.scrollTop = (field.scrollHeight * at) / field.value.length - field.clientHeight / 2;
  }
  field.focus();
  field.scrollIntoView({ block: "center" });
});
