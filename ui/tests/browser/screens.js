import { accessible } from './accessible.js'
import { fitting } from './fitting.js'
import conversations from './screens_talk.js'
import settings from './screens_settings.js'
import stores from './screens_stores.js'
import { speaking } from './words.js'

/** Between them both languages, both themes, and a window at 200 %. */
const LOOKS = [
  { lang: 'zh-CN', theme: 'light', width: 1280, height: 800 },
  { lang: 'en', theme: 'dark', width: 1280, height: 800 },
  { lang: 'zh-CN', theme: 'dark', zoom: 2 },
]

/** A walk through some screens, each of which everybody can use and has its room. */
const walk = (name, options, steps, look) => [
  `${name}: usable and with room, ${look.lang} ${look.theme}${look.zoom ? ' at 200 %' : ''}`,
  { ...options, ...look },
  async (page) => {
    const t = speaking(look.lang)
    for (const [screen, step] of steps) {
      try {
        await step(page, t)
        // What fades in is measured once it is there.
        await page.evaluate(() =>
          Promise.all(document.getAnimations().map((a) => a.finished.catch(() => {}))),
        )
        await fitting(page)
        await accessible(page)
      } catch (error) {
        throw new Error(`${screen}: ${error.message}`, { cause: error })
      }
    }
  },
]

/** Every screen there is. */
export default [...conversations, ...settings, ...stores].flatMap(([name, options, steps]) =>
  LOOKS.filter((look) => !look.zoom || options.small).map((look) => {
    return walk(name, options, steps, look)
  }),
)
