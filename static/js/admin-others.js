// Who else writes in this post, asked for once a minute and whenever the page is looked at again.
const MINUTE = 60000;
const form = document.querySelector("form[data-keep]");
const others = document.querySelector("[data-others]");

async function ask() {
  if (document.hidden) return;
  const address = `${form.dataset.keep}?seen=${encodeURIComponent(form.elements.seen.value)}`;
  const answer = await fetch(address, { redirect: "manual" }).catch(() => null);
  if (!answer?.ok) return;
  const said = (await answer.json()).others;
  if (others.textContent !== said) others.textContent = said;
}

// A new post is nobody else's yet.
if (form && /\/\d+\/keep\/$/.test(form.dataset.keep)) {
  setInterval(ask, MINUTE);
  document.addEventListener("visibilitychange", ask);
}
