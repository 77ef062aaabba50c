/*
 * What comes from a word processor, a mail or another page becomes Markdown when it is pasted: headings,
 * lists, links, bold, italic, quotes and tables. All else of its HTML is left behind. The browser's own
 * undo takes the paste back, and pasting as plain text (with Shift) is left alone.
 */
import { betterWords } from "./admin-paste-plain.js";
import { leftBehind, raised } from "./admin-paste-signs.js";
import { type } from "./admin-typing.js";

const HEADINGS = { H1: "## ", H2: "## ", H3: "### ", H4: "#### ", H5: "##### ", H6: "###### " };
const LEFT_OUT = new Set(["SCRIPT", "STYLE", "TITLE", "META", "LINK", "TEMPLATE", "X-STYLE", "IMG", "OBJECT", "IFRAME", "svg", "math"]);
const BLOCKS = "address,article,aside,blockquote,center,dd,div,dl,dt,figure,footer,h1,h2,h3,h4,h5,h6,header,hr,li,main,ol,p,pre,section,table,ul";
const KEPT = /^(?:https?:|mailto:)/i;
const SOFT = "\u0001";
const DEEPEST = 9;
const LARGEST = 2_000_000;

/** Letters that Markdown would read as marks, as themselves. */
const plain = (text) => text.replace(/[\\`*[\]<]/g, "\\$&").replace(/(^|\W)_|_(?=\W|$)/g, (found) => found.replace("_", "\\_"));

/** A line that would begin a heading, a quote or a list by accident, as words. */
const unmarked = (line) => line.replace(/^(#{1,6}|[>+-])(?=\s|$)/, "\\$1").replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2");

const style = (node) => (node.getAttribute("data-style") ?? "").toLowerCase();
const isHidden = (node) => /display:\s*none|mso-hide:\s*all|mso-list:\s*ignore/.test(style(node));

function isBold(node) {
  const weight = /font-weight:\s*(\w+)/.exec(style(node))?.[1];
  // Google Docs wraps everything it copies in a <b> that is not bold.
  if (weight) return weight === "bold" || Number(weight) >= 600;
  return node.tagName === "B" || node.tagName === "STRONG";
}

function isItalic(node) {
  const slant = /font-style:\s*(\w+)/.exec(style(node))?.[1];
  return slant ? slant === "italic" : node.tagName === "I" || node.tagName === "EM";
}

/** Put marks close around the words of each line: spaces stay outside, and nothing has no marks. */
function marked(words, mark) {
  const around = (line) => {
    const inside = line.trim();
    const start = line.indexOf(inside);
    return inside ? line.slice(0, start) + mark + inside + mark + line.slice(start + inside.length) : line;
  };
  return words.split(SOFT).map(around).join(SOFT);
}

function linked(node, words) {
  const address = (node.getAttribute("href") ?? "").trim();
  const said = words.split(SOFT).join(" ").trim();
  if (!KEPT.test(address) || !said) return words;
  const target = address.replace(/[\s()<>\\]/g, (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return `${words.startsWith(" ") ? " " : ""}[${said}](${target})${words.endsWith(" ") ? " " : ""}`;
}

/** The words of a node on one line, with their marks. */
function inline(node) {
  if (node.nodeType === Node.TEXT_NODE) return plain(node.data.replace(/[\s\u00a0]+/g, " "));
  if (node.nodeType !== Node.ELEMENT_NODE || LEFT_OUT.has(node.tagName) || isHidden(node)) return "";
  if (node.tagName === "BR") return SOFT;
  if (node.tagName === "CODE" || node.tagName === "TT") return marked(node.textContent.replace(/[\s`]+/g, " "), "`");
  let words = [...node.childNodes].map(inline).join("");
  if (isItalic(node)) words = marked(words, "*");
  if (isBold(node)) words = marked(words, "**");
  return node.tagName === "A" ? linked(node, words) : raised(node, style(node), words);
}

/** One paragraph: spaces joined, and a hard break where a line was broken on purpose. */
function paragraph(nodes) {
  const words = nodes.map(inline).join("").replace(/ {2,}/g, " ");
  const lines = words.split(SOFT).map((line) => line.trim());
  // Word cuts one bold stretch into several.
  return lines.map(unmarked).join("  \n").trim().replace(/\*\*( ?)\*\*/g, "$1");
}

const indented = (text, width) => text.split("\n").map((line) => (line ? " ".repeat(width) + line : line)).join("\n");

function list(node, depth) {
  const isOrdered = node.tagName === "OL";
  let number = 0;
  const items = [];
  for (const child of node.children) {
    // Google Docs and Word put a list inside a list beside its items, not into one.
    if (child.tagName === "UL" || child.tagName === "OL") {
      if (depth < DEEPEST) items.push(indented(list(child, depth + 1), 3));
      continue;
    }
    number += 1;
    const mark = isOrdered ? `${number}. ` : "- ";
    const said = blocks(child, depth + 1).join("\n");
    if (said) items.push(mark + indented(said, mark.length).trimStart());
  }
  return items.join("\n");
}

/** An item of Word's own lists, which are paragraphs: its mark is in a part that is hidden. */
function wordItem(node) {
  const level = /mso-list:[^;]*level(\d)/.exec(style(node))?.[1];
  if (!level) return null;
  const mark = node.querySelector("[data-style*='mso-list' i]")?.textContent ?? "";
  const isNumber = /[0-9a-z]{1,4}[.)]/i.test(mark.trim()) && !/^[o·§-]$/.test(mark.trim());
  return indented((isNumber ? "1. " : "- ") + paragraph([...node.childNodes]), 3 * (Number(level) - 1));
}

function table(node) {
  const rows = [...node.rows].map((row) => [...row.cells]);
  const width = Math.max(0, ...rows.map((row) => row.length));
  // A table of one column only laid the page out.
  if (width < 2) return rows.flat().flatMap((cell) => blocks(cell, 0));
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const said = rows.map((row) => line(Array.from({ length: width }, (_, at) => (row[at] ? cell(row[at]) : ""))));
  return [[said[0], line(Array(width).fill("---")), ...said.slice(1)].join("\n")];
}

const cell = (node) => paragraph([node]).replace(/\s*\n\s*/g, " ").replace(/\|/g, "\\|");

function block(node, depth) {
  if (node.tagName in HEADINGS || /\bMsoTitle\b/.test(node.className)) {
    const said = paragraph([...node.childNodes]).replace(/\s*\n\s*/g, " ").replace(/^\*\*(.*)\*\*$/, "$1");
    return said ? [(HEADINGS[node.tagName] ?? "## ") + said] : [];
  }
  switch (node.tagName) {
    case "UL":
    case "OL":
      return [list(node, depth)].filter(Boolean);
    case "BLOCKQUOTE":
      return [blocks(node, depth).join("\n\n").replace(/^/gm, "> ")].filter((said) => said !== "> ");
    case "PRE":
      return [`\`\`\`\n${node.textContent.replace(/`{3,}|\n+$/g, "")}\n\`\`\``];
    case "TABLE":
      return table(node);
    case "HR":
      return ["---"];
    default: {
      const item = wordItem(node);
      return item === null ? blocks(node, depth) : [item];
    }
  }
}

/** The blocks of a node in their order; what stands between them is a paragraph of its own. */
function blocks(node, depth) {
  const found = [];
  let line = [];
  const end = () => {
    const said = paragraph(line);
    if (said) found.push(said);
    line = [];
  };
  for (const child of node.childNodes) {
    const isElement = child.nodeType === Node.ELEMENT_NODE;
    if (isElement && (LEFT_OUT.has(child.tagName) || isHidden(child))) continue;
    if (!isElement || !(child.matches(BLOCKS) || child.querySelector(BLOCKS))) {
      line.push(child);
      continue;
    }
    end();
    found.push(...block(child, depth));
  }
  end();
  return found;
}

/** Items of one list stand line under line; all other blocks have room between them. */
function joined(found) {
  const isItem = (said) => /^ *(?:- |\d+\. )/.test(said);
  return found.reduce((text, said, at) => {
    if (!at) return said;
    return text + (isItem(said) && isItem(found[at - 1]) ? "\n" : "\n\n") + said;
  }, "");
}

/** The same HTML with styles and programs under other names: this page allows neither, and would say so. */
const harmless = (html) =>
  html
    .replace(/<[^<>]*>/g, (tag) => tag.replace(/\s(style|on[a-z]+)\s*=/gi, " data-$1="))
    .replace(/<(\/?)style\b/gi, "<$1x-style");

/** The Markdown of what was copied as HTML; parsed apart from the page, so that nothing in it is loaded or run. */
const markdownOf = (page) => joined(blocks(page, 0)).trim();

const parsed = (html) => new DOMParser().parseFromString(harmless(html), "text/html").body;

/** The Markdown to paste in the place of `words`, and what it leaves behind; nothing where these have no form to lose. */
function better(html, words) {
  const bare = (one) => one.replace(/\\/g, "").replace(/\s+/g, " ").trim();
  try {
    if (!html || html.length > LARGEST) return ["", ""];
    const page = parsed(html);
    const found = markdownOf(page);
    return [bare(found) === bare(words) ? "" : found, leftBehind(page)];
  } catch {
    return ["", ""]; // nested too deep: the browser pastes the words alone
  }
}

// The bar of buttons stands only where Markdown is written.
const text = document.querySelector("[data-toolbar]") && document.querySelector("#id_body");
text?.addEventListener("paste", (event) => {
  const words = event.clipboardData.getData("text/plain");
  const [formed, left] = better(event.clipboardData.getData("text/html"), words);
  const found = formed || betterWords(words, text);
  document.querySelector("[data-paste-status]").textContent = left;
  if (!found) return;
  event.preventDefault();
  type(text, found);
});
