// A mark holds the place of a picture on its way. One that stands in the text when the page opens was
// brought back by the browser, and its picture does not come any more.
const LOST = /\[picture \d+ is coming(?:: [^[\]\n]*)?\]\n{0,2}/g;
const text = document.querySelector("form[data-keep] #id_body");
const status = document.querySelector("[data-pictures-status]");

addEventListener("pageshow", (event) => {
  if (event.persisted || !text) return; // the script that fetches the picture came back with it
  const count = text.value.match(LOST)?.length;
  if (!count) return;
  text.value = text.value.replace(LOST, "");
  text.dispatchEvent(new Event("input", { bubbles: true }));
  if (status) status.textContent = count === 1 ? "A picture had not come yet. Add it again." : `${count} pictures had not come yet. Add them again.`;
});
