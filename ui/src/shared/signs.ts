/** Signs of at most this many wide letters have room in the narrow rail; a Han character takes the room of two. */
const ROOM = 4

const graphemes = (text: string) =>
  [...new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text)].map((s) => s.segment)
const isWide = (letter: string) =>
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(letter)

/** As much of a text as has room. */
function fitting(letters: string[]): string {
  let room = ROOM
  const fit = []
  for (const letter of letters) {
    room -= isWide(letter) ? 2 : 1
    if (room < 0) break
    fit.push(letter)
  }
  return fit.join('')
}

/** Words of a name; a script that writes none is one word. */
const wordsOf = (name: string) => name.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []

/** The shortest good sign for a name, without the words that it shares with the others of its kind. */
function signOf(name: string, common: ReadonlySet<string>): string {
  const words = wordsOf(name)
  const own = words.filter((word) => !common.has(word.toLowerCase()))
  const [first, ...rest] = own.length > 0 ? own : words
  if (first === undefined) return '#'
  const letters = graphemes(first)
  if (isWide(letters[0]!)) return fitting(letters.slice(0, 2))
  // SG, MY and what else is an abbreviation already.
  if (letters.length <= 3 && first === first.toUpperCase())
    return first + (rest.find((word) => /^\d$/.test(word)) ?? '')
  if (rest.length === 0) return (letters[0]! + (letters[1] ?? '')).toUpperCase()
  return (letters[0]! + graphemes(rest.find((word) => /^\d/.test(word)) ?? rest[0]!)[0]!).toUpperCase()
}

/** A sign for each name that stands for it where there is no room, each another one; `common` are words that say nothing. */
export function signsOf(names: readonly string[], common: readonly string[] = []): string[] {
  const shared = new Set(common.map((word) => word.toLowerCase()))
  const signs = names.map((name) => signOf(name, shared))
  const taken = new Map<string, number>()
  for (const sign of signs) taken.set(sign, (taken.get(sign) ?? 0) + 1)
  const used = new Set(signs.filter((sign) => taken.get(sign) === 1))
  return signs.map((sign) => {
    if (used.has(sign) && taken.get(sign) === 1) return sign
    const [short, ...more] = graphemes(sign)
    let n = 1
    let numbered: string
    do numbered = `${isWide(short!) || more.length === 0 ? short! : short! + more[0]!}${n++}`
    while (used.has(numbered))
    used.add(numbered)
    return numbered
  })
}
