const COLOURS = [
  '#7b5ea7',
  '#b0502f',
  '#37775a',
  '#476a7c',
  '#8f6c14',
  '#2f6f9c',
  '#8b4a6b',
  '#5c6b3a',
  '#a3483f',
  '#4d5fa8',
]

/** The same colour for the same name, always. */
export function colourOf(name: string): string {
  let hash = 0
  for (const c of name) hash = (hash * 31 + c.codePointAt(0)!) >>> 0
  return COLOURS[hash % COLOURS.length]!
}

/** One or two letters that stand for a name in any script. */
export function initialsOf(name: string): string {
  const words = name
    .trim()
    .split(/[\s_.,-]+/)
    .filter((w) => /\p{L}/u.test(w))
  const letter = (word: string | undefined) => word?.match(/\p{L}/u)?.[0] ?? ''
  const [first, second] = [letter(words[0]), letter(words[1])]
  if (/\p{Script=Han}/u.test(first)) return first
  return (first + second).toLocaleUpperCase() || '#'
}

/** `小李` of `彩电卖家:小李`; the main account keeps its name. */
export const seatName = (account: string) => account.slice(account.indexOf(':') + 1)

const EMOJI_ONLY =
  /^(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|[\u200d\ufe0f\u20e3\s])+$/u
/** Whether a platform would call this no reply: emoji and nothing else. */
export const isEmojiOnly = (text: string) => text.trim() !== '' && EMOJI_ONLY.test(text)
