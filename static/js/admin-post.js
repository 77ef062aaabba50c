// Ask before the page is left with typed words that are not saved yet.
const form = document.querySelector("form[data-unsaved]");

if (form) {
  let isUnsaved = form.dataset.unsaved === "yes";
  form.addEventListener("input", () => { isUnsaved = true; });
  form.addEventListener("submit", () => { isUnsaved = false; });
  window.addEventListener("beforeunload", (event) => {
    if (isUnsaved) event.preventDefault();
  });
}
