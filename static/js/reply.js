/* "Reply" goes to the form on this page, without loading the page again. */
export function start(comments) {
  const form = comments.querySelector("[data-comment-form]");
  if (!form) return;
  const notice = form.querySelector("[data-reply]");

  const answer = (parent, name) => {
    form.elements.parent.value = parent;
    notice.hidden = !parent;
    notice.querySelector("[data-reply-name]").textContent = name;
    form.elements.body.focus({ preventScroll: true });
    form.scrollIntoView({ block: "start" });
  };

  comments.addEventListener("click", (event) => {
    const opensElsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    const link = event.target.closest("[data-reply-to], [data-reply-cancel]");
    if (!link || opensElsewhere) return;
    event.preventDefault();
    answer(link.dataset.replyTo ?? "", link.dataset.name ?? "");
  });
}
