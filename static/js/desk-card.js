/* One card: as it is read, and as the one line that says what became of it. */
export class Card {
  constructor(element) {
    this.element = element;
    this.pk = element.dataset.card;
    this.name = element.dataset.name;
    /** `open`, `saving`, `decided` or `unsaved`. */
    this.state = "open";
  }

  get isOpen() {
    return this.state === "open";
  }

  get seen() {
    return this.element.querySelector("[data-seen]");
  }

  /** The button of a key, or none. */
  button(selector) {
    return this.element.querySelector(`button${selector}`);
  }

  fold(selector) {
    return this.element.querySelector(`details${selector}`);
  }

  focus() {
    this.element.focus({ preventScroll: true });
    this.element.scrollIntoView({ block: "nearest" });
  }

  /** All that the buttons of this card send, but for the verb. */
  fields() {
    const found = {};
    for (const field of this.element.querySelectorAll("input[type=hidden], textarea")) found[field.name] = field.value;
    return found;
  }

  /** Show one line in place of the card, with a button if there is something left to do. */
  collapse(state, sentence, action) {
    this.state = state;
    const line = this.#line();
    line.dataset.state = state;
    line.querySelector("p").textContent = sentence;
    const button = line.querySelector("button");
    const hadFocus = document.activeElement === button;
    button.hidden = !action;
    button.onclick = action?.run ?? null;
    button.textContent = action?.label ?? "";
    if (hadFocus && !action) this.focus();
    this.element.dataset.state = state;
  }

  /** Keep the line that says what happened, and nothing to press. */
  settle() {
    if (this.state === "decided") this.collapse("decided", this.#line().querySelector("p").textContent);
  }

  /** Show the card again; a revision that is given is what is seen from now on. */
  open(revision, problem = "") {
    this.state = "open";
    if (revision !== undefined) this.seen.value = revision;
    delete this.element.dataset.state;
    this.element.querySelector(":scope > [data-line]")?.remove();
    for (const fold of this.element.querySelectorAll("details.fold")) fold.open = false;
    this.complain(problem);
  }

  complain(problem) {
    let place = this.element.querySelector(":scope > [data-problem]");
    if (!problem) return place?.remove();
    if (!place) {
      place = document.createElement("p");
      place.className = "card__conflict";
      place.dataset.problem = "";
      this.element.prepend(place);
    }
    place.textContent = problem;
  }

  /** Put the card that the server drew in place of this one: somebody was faster. */
  replace(html) {
    const drawn = new DOMParser().parseFromString(html, "text/html").querySelector("[data-card]");
    const hadFocus = this.element.contains(document.activeElement);
    for (const field of this.element.querySelectorAll("textarea")) keepWords(field, drawn);
    this.element.replaceWith(drawn);
    this.element = drawn;
    this.state = "open";
    if (hadFocus) this.focus();
  }

  #line() {
    const found = this.element.querySelector(":scope > [data-line]");
    if (found) return found;
    const line = document.createElement("div");
    line.className = "card__line";
    line.dataset.line = "";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    line.append(document.createElement("p"), button);
    this.element.append(line);
    return line;
  }
}

/** What somebody typed stays with the new card, in its own field or in one that only keeps it. */
function keepWords(field, drawn) {
  if (!field.value) return;
  let place = drawn.querySelector(`textarea[name="${field.name}"]`);
  if (place) {
    place.closest("details").open = true;
  } else {
    place = document.createElement("textarea");
    place.setAttribute("aria-label", "What you wrote");
    drawn.append(place);
  }
  place.value = field.value;
}
