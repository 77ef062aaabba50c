/*
 * Before the form of a post is sent it is asked whether somebody is there to take it. A press on a
 * button while there is no connection, or after the session ended, would cost what was typed since.
 */
export const UNREACHED = "There is no connection. Your words are still here; press again when it is back.";
export const SIGNED_OUT = "You are signed out. Your words are still here: sign in in another tab, then press again.";

/**
 * Hold each press back until `ask` has resolved: with nothing, and the form is sent; or with a
 * sentence, which is shown at the button that was pressed.
 */
export function holdBack(form, ask) {
  const note = form.querySelector("[data-held]");
  const [says, signIn] = [note.querySelector("p"), note.querySelector("a")];
  let isAsking = false;
  let isTaken = false;

  const show = (sentence, button) => {
    button?.closest(".post-buttons, .post-group")?.before(note);
    says.textContent = sentence;
    signIn.hidden = sentence !== SIGNED_OUT;
    note.hidden = false;
    note.focus({ preventScroll: true });
    note.scrollIntoView({ block: "center" });
  };

  form.addEventListener("submit", async (event) => {
    if (isTaken || event.defaultPrevented) {
      isTaken = false;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (isAsking) return;
    isAsking = true;
    note.hidden = true;
    const sentence = await ask();
    isAsking = false;
    if (sentence) {
      show(sentence, event.submitter);
      return;
    }
    isTaken = true;
    form.requestSubmit(event.submitter);
  });
}
