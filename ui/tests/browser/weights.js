import { eventually, must } from './harness.js'
import { speaking } from './words.js'

/** As the policy's switch does it. */
export const weighted = (page, on = true) =>
  page.evaluate(
    (value) => window.tidebellFake.changePolicy('dispatch.weighted', { kind: 'switch', value }),
    on,
  )
/** The last decision on a conversation looked at weights. */
export const weighedDecision = (page, id) =>
  page.evaluate((talk) => {
    const decision = window.tidebellFake.world.talks.get(talk).assignments.at(-1)
    decision.reason = 'least_today'
    decision.seats = decision.seats.map((seat, at) => ({ ...seat, weight: at }))
  }, id)
/** Opens what a seat's row on the rail shows. */
export const openSeat = async (page, name) => {
  await page.locator('nav').getByRole('button', { name }).click()
  await page.getByRole('dialog').waitFor()
}

/** A seat's share of new buyers. */
export default [
  [
    "a seat's weight is there only while it is looked at, and is saved by Enter",
    { select: 'c2' },
    async (page) => {
      const t = speaking('zh-CN')
      await openSeat(page, /彩电卖家:小李/)
      const field = page.getByRole('dialog').getByLabel(t('weight_label'))
      const save = page.getByRole('dialog').getByRole('button', { name: t('save') })
      must((await field.count()) === 0, 'weights are not looked at')
      await weighted(page)
      await field.waitFor()
      must((await field.inputValue()) === '1', 'nobody is more than another')
      must((await save.count()) === 0, 'there is nothing to save')
      await field.fill('101')
      await field.press('Enter')
      await page
        .getByRole('alert')
        .filter({ hasText: t('weight_range') })
        .waitFor()
      must((await field.getAttribute('aria-invalid')) === 'true', 'the field is what is wrong')
      const kept = () =>
        page.evaluate(() => window.tidebellFake.world.seats.find((s) => s.id === 'xiaoli').weight)
      must((await kept()) === 1, 'nothing was written')
      await field.fill('3')
      await field.press('Tab')
      await page.keyboard.press('Enter')
      await eventually(kept, (weight) => weight === 3, 'the weight is written')
      await save.waitFor({ state: 'detached' })
      must(await field.evaluate((el) => el === document.activeElement), 'the keyboard goes on from the field')
      await page.keyboard.press('Escape')
      await openSeat(page, /彩电卖家:小李/)
      must((await field.inputValue()) === '3', 'it is what the field shows from now on')
      await page.keyboard.press('Escape')

      await weighedDecision(page, 'c2')
      await page.keyboard.press('w')
      const dialog = page.getByRole('dialog')
      await dialog.getByText(t('rule_least_weighted')).waitFor()
      const table = dialog.getByRole('table').filter({ hasText: t('why_weight') })
      const weights = await table.locator('tbody td:nth-of-type(4)').allTextContents()
      must(weights.join() === '0,1,2,3,4', `the weights of then are ${weights.join()}`)
      const tables = await dialog.getByRole('table').count()
      must((await table.count()) === 1 && tables > 1, 'decisions of before say nothing of weights')
    },
  ],
]
