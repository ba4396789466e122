/**
 * A sentence in the pieces that are better not cut: lines of it end after a Chinese comma or stop where they can. Spaces
 * stay where they are, so that a text without such marks is one piece and wraps between its words.
 */
export const phrasesOf = (text: string): string[] =>
  text.match(/[^，。、；：！？]+[，。、；：！？”’）》」]*|[，。、；：！？]+/gu) ?? []
