/*
 * Words of what a document is called and says, which an index finds: whole words in any order, capitals or not. Built and
 * asked by the same function, so that whatever it makes of a text, the text is found by itself.
 */

/** More distinct words than any title and name of ours have; a name that a sender stretched beyond is found by these. */
const mostWords = 80;
/** A longer run of letters and digits counts as several words. */
const word = /[\p{L}\p{N}]{1,40}/gu;

/** Distinct words of some texts, in the order of their first appearance. */
export const wordsOf = (...texts: readonly (string | undefined)[]): string[] =>
  [...new Set(texts.flatMap((text = '') => text.normalize('NFKC').toLowerCase().match(word) ?? []))].slice(
    0,
    mostWords,
  );
