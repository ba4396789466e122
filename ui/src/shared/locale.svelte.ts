import { overwriteGetLocale, type Locale } from '../paraglide/runtime.js'

class Language {
  current = $state<Locale>('zh-CN')
}

const language = new Language()
// Every message reads the rune, so that a change of language redraws what it is shown in.
overwriteGetLocale(() => language.current)

/** The language on screen. */
export const locale = () => language.current

/** Changes the language, here and for screen readers. */
export function speak(next: Locale): void {
  language.current = next
  if (typeof document !== 'undefined') document.documentElement.lang = next
}
