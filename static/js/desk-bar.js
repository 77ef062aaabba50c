/* The line above the cards: what is on its way, what is not saved, and how many wait in each tab. */
export class Bar {
  constructor(root) {
    this.root = root;
    this.status = root.querySelector("[data-status]");
    root.hidden = false;
  }

  say(sentence) {
    this.status.textContent = sentence;
  }

  /** What is not saved outweighs whatever else there is to say. */
  warn(unsaved) {
    this.root.classList.toggle("desk-bar--warning", unsaved > 0);
    if (unsaved) this.say(unsaved === 1 ? "1 decision is not saved." : `${unsaved} decisions are not saved.`);
  }

  count(counts) {
    for (const [slug, number] of Object.entries(counts ?? {})) {
      const place = document.querySelector(`[data-count="${slug}"]`);
      if (!place) continue;
      place.textContent = number;
      place.classList.toggle("desk-tabs__count--none", !number);
    }
  }
}
