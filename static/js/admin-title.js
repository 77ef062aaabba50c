/* The Enter key leads from the title to the text. A button would be pressed by it, and nothing is ready yet. */
const title = document.querySelector("#id_title");

title?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  document.querySelector("#id_body").focus();
});
