import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { must } from './harness.js'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Nothing that axe knows to be wrong, however little. */
export async function accessible(page) {
  await page.evaluate(axeSource)
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, { iframes: false, resultTypes: ['violations'] }),
  )
  const words = violations.map(
    (v) =>
      `${v.id}: ${v.nodes
        .slice(0, 3)
        .map((n) => `${n.html.slice(0, 90)} ${[...n.any, ...n.all, ...n.none][0]?.message ?? ''}`)
        .join(' | ')}`,
  )
  must(violations.length === 0, words.join('\n'))
}
