/*
 * What is pasted without any form: lines that begin with a dot or a dash become a list, and an address
 * on its own becomes a link, since readers could click neither.
 */
const DOT = /^([ \t]*)[•◦▪‣●○·][ \t\u00a0]+(?=\S)/;
const DASH = /^([ \t]*)[–—][ \t\u00a0]+(?=\S)/;
const ADDRESS = /^https?:\/\/[^\s<>]+$/i;

/** The lines of a text with its lists as Markdown spells them. */
function listed(words) {
  const lines = words.replace(/\r\n?/g, "\n").split("\n");
  // A single dash at the start of a line is more often said than listed.
  const isDash = (line) => line !== undefined && DASH.test(line);
  const isItem = (line, at) => DOT.test(line) || (isDash(line) && (isDash(lines[at - 1]) || isDash(lines[at + 1])));
  const items = lines.map(isItem);
  const width = (line) => /^[ \t]*/.exec(line)[0].replace(/\t/g, "  ").length;
  const least = Math.min(...lines.filter((_, at) => items[at]).map(width));
  const item = (line) => " ".repeat(width(line) - least) + line.replace(DOT, "- ").replace(DASH, "- ");
  return lines.flatMap((line, at) => {
    if (items[at]) return [item(line)];
    // Words right under an item would become a part of it.
    return items[at - 1] && /^\S/.test(line) ? ["", line] : [line];
  }).join("\n");
}

/** An address as a link: of the words that are chosen, or of itself; nothing within a link. */
function linked(address, field) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const chosen = value.slice(start, end);
  if (/(?:\]\(|[<"'=(/\w])$/.test(value.slice(Math.max(0, start - 2), start)) || /^https?:/i.test(chosen)) return address;
  if (!chosen.trim()) return `<${address}>`;
  const target = address.replace(/[()\\]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return /[[\]\n]/.test(chosen) ? address : `[${chosen}](${target})`;
}

/** What to paste in the place of plain words; nothing where they are good as they are. */
export function betterWords(words, field) {
  const address = words.trim();
  const found = ADDRESS.test(address) ? linked(address, field) : listed(words);
  return found === words.replace(/\r\n?/g, "\n") ? "" : found;
}
