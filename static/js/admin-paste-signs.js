/* Raised and lowered signs, and what a paste leaves behind and must be said. */
const RAISED = { 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹", "+": "⁺", "-": "⁻", "−": "⁻", n: "ⁿ" };
const LOWERED = { 0: "₀", 1: "₁", 2: "₂", 3: "₃", 4: "₄", 5: "₅", 6: "₆", 7: "₇", 8: "₈", 9: "₉", "+": "₊", "-": "₋", "−": "₋" };

/** The words with every sign raised or lowered, where there is a letter for each of them. */
function shifted(words, signs) {
  const found = [...words.trim()].map((sign) => signs[sign]);
  return found.includes(undefined) ? words : words.replace(words.trim(), found.join(""));
}

/** The words of an element as it shows them: “m2” of “m²” would be another word. */
export function raised(node, style, words) {
  if (node.tagName === "SUP" || /vertical-align:\s*super/.test(style)) return shifted(words, RAISED);
  if (node.tagName === "SUB" || /vertical-align:\s*sub(?!\w)/.test(style)) return shifted(words, LOWERED);
  return words;
}

/** What a paste has left behind, as sentences; empty for nothing. */
export function leftBehind(page) {
  const count = page.querySelectorAll("img").length;
  const pictures = count === 1 ? "1 picture was not pasted. Add it with Picture." : `${count} pictures were not pasted. Add them with Picture.`;
  const isStruck = page.querySelector("s, strike, del, [data-style*='line-through']");
  return [count ? pictures : "", isStruck ? "Words that were struck out are plain words now." : ""].filter(Boolean).join(" ");
}
