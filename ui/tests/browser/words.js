import { readFileSync } from 'node:fs'

const CATALOGUES = Object.fromEntries(
  ['zh-CN', 'en'].map((lang) => [
    lang,
    JSON.parse(readFileSync(new URL(`../../messages/${lang}.json`, import.meta.url), 'utf8')),
  ]),
)

/** The words of a message in a language, as the window says them; of several forms the one for many. */
export const speaking =
  (lang) =>
  (key, params = {}) => {
    const found = CATALOGUES[lang][key]
    if (found === undefined) throw new Error(`there is no message ${key}`)
    const text = typeof found === 'string' ? found : Object.values(found[0].match).at(-1)
    return text.replace(/\{(\w+)\}/g, (_, name) => String(params[name] ?? ''))
  }
