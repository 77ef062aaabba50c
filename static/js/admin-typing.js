/** Put words in the place of what is chosen in a field, as if they were typed. */
export function type(field, words) {
  // Old, and the only way to type with undo; where it is gone, the words come without.
  if (document.execCommand("insertText", false, words)) return;
  field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
