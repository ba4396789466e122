/** Scripts that are as good as a language for whoever reads aloud. Latin is none: it is written in dozens. */
const SCRIPTS = [
  ['ru', /\p{Script=Cyrillic}/u],
  ['ar', /\p{Script=Arabic}/u],
  ['he', /\p{Script=Hebrew}/u],
  ['th', /\p{Script=Thai}/u],
  ['ko', /\p{Script=Hangul}/u],
  ['zh', /\p{Script=Han}/u],
  ['ja', /[\p{Script=Hiragana}\p{Script=Katakana}]/u],
] as const
type Language = (typeof SCRIPTS)[number][0]

/** As much of a text as tells its language; more would only cost time. */
const ENOUGH = 400

/**
 * The language of what somebody wrote, where its script alone gives it away. Empty means unknown, which is what `lang=""`
 * says: then the window's own language is not claimed for it.
 */
export function languageOf(text: string): Language | '' {
  const counts = new Map<Language | '', number>()
  for (const letter of text.slice(0, ENOUGH)) {
    if (!/\p{L}/u.test(letter)) continue
    const language = SCRIPTS.find(([, script]) => script.test(letter))?.[0] ?? ''
    counts.set(language, (counts.get(language) ?? 0) + 1)
  }
  const of = (language: Language) => counts.get(language) ?? 0
  // Japanese writes Han between its kana; a single の on a Chinese label makes no Japanese.
  if (of('ja') * 4 >= of('zh')) {
    counts.set('ja', of('ja') + of('zh'))
    counts.delete('zh')
  } else counts.delete('ja')
  const letters = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const [most, count] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0] as [
    Language | '',
    number,
  ])
  return count * 2 > letters ? most : ''
}

/** What an element needs that shows the words of somebody who writes in any language. */
export const inOwnTongue = (text: string) => ({ dir: 'auto', lang: languageOf(text) }) as const
