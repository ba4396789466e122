import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { must } from './harness.js'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** No violation that keeps somebody from working. */
export async function accessible(page) {
  await page.evaluate(axeSource)
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, { iframes: false, resultTypes: ['violations'] }),
  )
  const serious = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical')
  const words = serious.map(
    (v) =>
      `${v.id}: ${v.nodes
        .slice(0, 3)
        .map((n) => `${n.html.slice(0, 90)} ${n.any[0]?.message ?? ''}`)
        .join(' | ')}`,
  )
  must(serious.length === 0, words.join('\n'))
}
