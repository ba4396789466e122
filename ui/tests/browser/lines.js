import { must } from './harness.js'

/** Every line on screen that begins with a mark which belongs to the line before, and every rule that would make one. */
const faults = (page) =>
  page.evaluate(() => {
    const found = []
    for (const el of document.querySelectorAll('body *')) {
      const style = getComputedStyle(el)
      const name = el.outerHTML.slice(0, 60)
      // WebKit cuts before 、 where words are kept whole; this engine does not, so the rule itself is looked at.
      if (style.wordBreak === 'keep-all') found.push(`keeps all: ${name}`)
      if (style.lineBreak !== 'strict') found.push(`is loose: ${name}`)
    }
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const range = document.createRange()
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      if (!text.parentElement?.checkVisibility()) continue
      let above = null
      for (let i = 0; i < text.length; i += 1) {
        range.setStart(text, i)
        range.setEnd(text, i + 1)
        const { top, height } = range.getBoundingClientRect()
        if (height === 0) continue
        if (above !== null && top > above + height / 2 && '，。、；：！？”’）》」'.includes(text.data[i]))
          found.push(`a line begins with ${text.data[i]} in ${text.data.slice(0, 30)}`)
        above = top
      }
    }
    return found
  })

const whole = (name, options) => [
  `no line begins with a comma or a closing mark: ${name}`,
  options,
  async (page) => {
    const found = await faults(page)
    must(found.length === 0, found.slice(0, 5).join('\n'))
  },
]

/** How lines of Chinese are cut. */
export default [
  whole('a conversation', { select: 'c2' }),
  whole('nothing to do', { scene: 'empty', width: 1180 }),
  whole('the first start', { scene: 'first' }),
  [
    'a short text in an empty place is cut between its phrases',
    {},
    async (page) => {
      const hint = page.locator('aside .none')
      const lines = await hint.locator('.line > span').evaluateAll((all) =>
        all.map((el) => ({
          text: el.textContent,
          rows: el.getClientRects().length,
          high: el.offsetHeight,
        })),
      )
      must(lines.length === 3, `its phrases are ${JSON.stringify(lines)}`)
      must(
        lines.every(({ high }) => high < 25),
        `each stays whole: ${JSON.stringify(lines)}`,
      )
      must(
        (await hint.textContent()) === '选中会话后，这里显示期限、订单和买家。',
        'and is read as one sentence',
      )
    },
  ],
]
