import { must } from './harness.js'

/** What opens beside something, or grows there, is placed anew a moment later: by then it must fit. */
export async function fitting(page) {
  let words = []
  for (let i = 0; i < 20; i += 1) {
    words = await misfits(page)
    if (words.length === 0) return
    await page.waitForTimeout(100)
  }
  must(false, words.slice(0, 6).join('\n'))
}

/** Everything has its room: no window out of the window, nothing to be scrolled sideways, no button without its words, no list without its arrow. */
async function misfits(page) {
  const found = await page.evaluate(() => {
    const name = (el) =>
      `${el.tagName.toLowerCase()} “${el.textContent.trim().replace(/\s+/g, ' ').slice(0, 50)}”`
    // What is a pixel wide is for screen readers.
    const all = [...document.querySelectorAll('body *')].filter(
      (el) => el.checkVisibility() && el.clientWidth > 1,
    )
    const wider = (el) => el.scrollWidth > el.clientWidth + 1
    const outside = (el) => {
      const box = el.getBoundingClientRect()
      return box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1
    }
    return {
      'too wide for the window':
        document.documentElement.scrollWidth > innerWidth ? [name(document.body)] : [],
      'out of the window': all.filter((el) => el.matches('[role$=dialog]') && outside(el)).map(name),
      // Nobody sees it, but whoever brings something into sight moves the whole window away.
      'is longer than the window':
        document.documentElement.scrollHeight > innerHeight ? [name(document.body)] : [],
      'scrolls sideways': all
        .filter(
          (el) =>
            /auto|scroll/.test(getComputedStyle(el).overflowX) && !el.matches('pre, textarea') && wider(el),
        )
        .map(name),
      'has no arrow': all
        .filter((el) => el.matches('select') && getComputedStyle(el).backgroundImage === 'none')
        .map(name),
      'loses words': all.filter((el) => el.matches('button, label, h2, h3, th, dt') && wider(el)).map(name),
    }
  })
  return Object.entries(found).flatMap(([what, which]) => which.map((one) => `${one} ${what}`))
}
