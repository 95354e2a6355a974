// Unwraps text with hard line breaks as blog/text/plain_text.py does; the names are the same.

const SHORTEST = 55;
const LONGEST = 80;
const FEWEST_LINES = 3;
const CENTRED = 4;
const TITLE_LINES = 3;
const SHORT = 4;

const SPACES = /^[ \t\xa0]+|[ \t\xa0]+$/g;
const FENCE = /^[ \t]*(`{3,}(?=[^`]*$)|~{3,})/;
const PRE = /<pre\b/i;
const RULE = /^([-_*]) *(?:\1 *){2,}$/;
const MARKED = /^(?:#{1,6} |>|<|\||:|\[[^\]]+\]:|\*\[[^\]]+\]:|[-:| ]*-\|[-:| ]*$)/;
const ITEM = /^(?:[-+*]|\d+[.)])[ \t]/;
const HARD_BREAK = /(?: {2}|\\)$/;
const INDENTED = /^(?: {2}|\t)/;
const INDENT = /^(?:[ \xa0]{2}|\t)/;
const TORN_WORD = /[\p{L}\p{N}_]-$/u;
const MEANT = [
  /(?<!`)(?<ticks>`+)(?!`)[^`]+\k<ticks>(?!`)|\\./,
  /(?<![\p{L}\p{N}_*])\*\*(?![\s*])(?:[^*]|\*(?!\*))+(?<!\s)\*\*(?![\p{L}\p{N}_*])/u,
  /(?<![\p{L}\p{N}_*])(?<stars>\*|\*{3})(?![\s*])[^*]+(?<!\s)\k<stars>(?![\p{L}\p{N}_*])/u,
  /(?<lone>\*)/,
];
const STARS = new RegExp(MEANT.map((part) => part.source).join("|"), "gsu");

export function isHardWrapped(text) {
  const prose = blocksOf(text).filter((block) => block.prose);
  const wrapped = prose.filter(isWrapped);
  const longer = prose.filter(({ bare }) => bare.length > 1 || bare[0].length > LONGEST);
  const lines = wrapped.reduce((sum, block) => sum + block.lines.length, 0);
  return lines >= FEWEST_LINES && wrapped.length * 2 > longer.length;
}

// Return the centred or capitalised title above the text, or "", and the paragraphs.
export function unwrap(text) {
  const blocks = blocksOf(text);
  const title = titleOf(blocks);
  return { title, text: blocks.slice(title ? 1 : 0).map(unwrapped).join("\n\n") };
}

export function heading(title) {
  return `## ${escaped(title)}\n\n`;
}

const blockOf = (lines, prose = true) => ({
  lines,
  prose,
  bare: lines.map((line) => line.replace(SPACES, "")),
});

function isWrapped({ bare }) {
  const lengths = bare.map((line) => line.length);
  const full = lengths.slice(0, -1).filter((length) => length >= SHORTEST).length;
  return full > 0 && full * 3 >= (lengths.length - 1) * 2 && Math.max(...lengths) <= LONGEST;
}

function blocksOf(text) {
  const blocks = [{ lines: [], prose: true }];
  let closing = null;
  for (const line of text.split(/\r\n|\r|\n/)) {
    const block = blocks.at(-1);
    if (closing) {
      if (closing.test(line)) closing = null;
    } else if (!line.replace(SPACES, "")) {
      blocks.push({ lines: [], prose: true });
      continue;
    } else if (FENCE.test(line) || PRE.test(line)) {
      closing = closingOf(line);
      block.prose = false;
    }
    block.lines.push(line);
  }
  const found = blocks.filter((block) => block.lines.length);
  return setApart(found.map(({ lines, prose }) => blockOf(lines, prose))).flatMap(parted);
}

function closingOf(line) {
  const fence = FENCE.exec(line)?.[1];
  if (fence) return new RegExp(`^[ \\t]*${fence}${fence[0]}*[ \\t]*$`);
  return /<\/pre\b/i.test(line) ? null : /<\/pre\b/i;
}

function setApart(blocks) {
  const lines = blocks.flatMap((block) => block.bare);
  const stars = lines.filter((line) => line.startsWith("* ") && !RULE.test(line)).length;
  let before = true;
  for (const block of blocks) {
    const continued = !before && block.lines.every((line) => INDENTED.test(line));
    block.prose = before = block.prose && !continued && !hasMarks(block, stars);
  }
  return blocks;
}

function hasMarks({ bare, lines }, stars) {
  const items = bare.map((line) => ITEM.test(line) && (stars > 1 || line[0] !== "*"));
  return (
    items[0] ||
    items.filter(Boolean).length > 1 ||
    bare.some((line) => MARKED.test(line) || RULE.test(line)) ||
    lines.slice(0, -1).some((line) => HARD_BREAK.test(line))
  );
}

function parted(block) {
  const { lines } = block;
  const deep = [...lines.keys()].filter((place) => place && INDENT.test(lines[place]));
  const ends = [...deep.slice(1), lines.length];
  const isHanging = deep.some((place, number) => ends[number] - place < 2);
  if (!block.prose || !deep.length || isHanging) return [block];
  const starts = [0, ...deep];
  return starts.map((start, number) => blockOf(lines.slice(start, starts[number + 1])));
}

function titleOf(blocks) {
  const [first, ...others] = blocks;
  if (!others.length || !first.prose || first.lines.length > TITLE_LINES) return "";
  const below = Math.min(...others.flatMap(({ lines }) => lines.filter(Boolean).map(indentOf)));
  const isCentred = first.lines.every((line) => indentOf(line) >= below + CENTRED);
  const isShort = first.bare.every((line) => line.length <= LONGEST);
  return isShort && (isCentred || first.bare.every(isCapitals)) ? first.bare.join(" ") : "";
}

function isCapitals(line) {
  return line.length > SHORT && line === line.toUpperCase() && line !== line.toLowerCase();
}

function indentOf(line) {
  return /^[ \xa0\t]*/.exec(line)[0].replace(/\t/g, " ".repeat(8)).length;
}

function unwrapped(block) {
  const { bare, lines, prose } = block;
  if (lines.length === 1 && RULE.test(bare[0])) return bare[0];
  if (!prose) return lines.join("\n");
  return escaped(isWrapped(block) ? joined(bare) : bare.join("\n"));
}

function joined(lines) {
  return lines.reduce((text, line) => text + (TORN_WORD.test(text) ? "" : " ") + line);
}

function escaped(text) {
  return text.replace(STARS, (found, ...groups) => (groups.at(-1).lone ? "\\*" : found));
}
