// The words that the published page will count: no pull quotes, no descriptions of pictures.
const PULL_QUOTE = /^::: *pullquote *$[^]*?^::: *$/gm;
const PICTURE = /!\[[^\]]*\]\([^)]*\)/g;
const WORD = /\S*[\p{L}\p{N}]\S*/gu;

export function countWords(text) {
  const counted = text.replace(PULL_QUOTE, "").replace(PICTURE, "");
  return counted.match(WORD)?.length ?? 0;
}
