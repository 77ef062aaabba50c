/*
 * Underlines the words that counted in the text of a card while its evidence is open. The list of them
 * in the evidence says the same without a script; where the browser has no highlights, it is all there is.
 */
const WORD = /[\p{L}\p{M}]+(?:['’][\p{L}\p{M}]+)*/gu;
// Letters of a word that the filter keeps; a test compares it with comments/spam/learned/pieces.py.
const LONGEST = 24;
const sides = ["for", "against"];
const marks = Object.fromEntries(sides.map((side) => [side, new Map()]));

/** Find each word of a side in a node of text, whatever its case. */
function rangesIn(node, words) {
  const found = [];
  for (const { 0: word, index } of node.data.matchAll(WORD)) {
    if (!words.has(word.toLowerCase().replaceAll("’", "'").slice(0, LONGEST))) continue;
    const range = new Range();
    range.setStart(node, index);
    range.setEnd(node, index + word.length);
    found.push(range);
  }
  return found;
}

function mark(evidence) {
  const node = evidence.closest("[data-card]")?.querySelector(".card__text")?.firstChild;
  for (const side of sides) {
    const words = [...evidence.querySelectorAll(`.counted--${side}`)].map((one) => one.textContent);
    const isShown = evidence.open && node?.nodeType === Node.TEXT_NODE;
    marks[side].set(evidence, isShown ? rangesIn(node, new Set(words)) : []);
    CSS.highlights.set(`counted-${side}`, new Highlight(...[...marks[side].values()].flat()));
  }
}

if (globalThis.Highlight && globalThis.CSS?.highlights) {
  const evidences = document.querySelectorAll("details.evidence");
  for (const one of evidences) one.addEventListener("toggle", () => mark(one));
}
