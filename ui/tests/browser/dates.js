import { accessible } from './accessible.js'
import { fitting } from './fitting.js'
import { eventually, must } from './harness.js'
import { dialog, fake } from './wizard.js'
import { speaking } from './words.js'

const opened = async (page, t) => {
  await page.getByRole('button', { name: t('settings_title'), exact: true }).click()
  await dialog(page)
    .getByRole('tab', { name: t('log_title') })
    .click()
  await dialog(page)
    .getByRole('button', { name: t('log_open') })
    .click()
  await dialog(page)
    .getByRole('combobox', { name: t('filter_age') })
    .selectOption('dates')
  return dialog(page).getByRole('textbox', { name: t('log_from'), exact: true })
}
/** What the host is asked for from now on. */
const listen = (page) =>
  fake(page, () => {
    const host = window.tidebellFake
    const ask = host.logPage.bind(host)
    window.asked = []
    host.logPage = (filter, cursor) => (window.asked.push([filter.from, filter.to]), ask(filter, cursor))
  })
const asked = (page, from, why) =>
  eventually(
    () => fake(page, () => window.asked.at(-1)?.[0] ?? null),
    (last) => last === from,
    why,
  )
const at = (page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')

/** Days speak the language of the window, not that of the system. */
export default [
  ...[
    ['zh-CN', '2026年11月14日', '2026年11月', '2026年11月13日星期五'],
    ['en', 'Nov 14, 2026', 'November 2026', 'Friday, November 13, 2026'],
  ].map(([lang, said, month, whole]) => [
    `a day is typed and picked by key, and reads in the language of the window, in ${lang}`,
    { lang },
    async (page) => {
      const t = speaking(lang)
      const from = await opened(page, t)
      await listen(page)
      await from.fill('2026-11-14')
      await page.keyboard.press('Tab')
      must((await from.inputValue()) === said, `it reads ${await from.inputValue()}`)
      await asked(page, '2026-11-13T16:00:00.000Z', 'midnight in Beijing is asked for')
      await page.keyboard.press('Enter')
      const grid = page.getByRole('grid', { name: month })
      await grid.waitFor()
      await fitting(page)
      await accessible(page)
      await page.keyboard.press('ArrowLeft')
      await eventually(
        () => at(page),
        (name) => name === whole,
        'the day before is said in full',
      )
      await page.keyboard.press('PageUp')
      await page.getByRole('grid', { name: month }).waitFor({ state: 'detached' })
      await page.keyboard.press('PageDown')
      await grid.waitFor()
      await page.keyboard.press('Escape')
      await grid.waitFor({ state: 'detached' })
      must((await dialog(page).count()) === 1, 'Escape closes the calendar and leaves the log')
      must((await at(page)) === t('date_open', { label: t('log_from') }), `the focus is at ${await at(page)}`)
      must((await from.inputValue()) === said, 'nothing was picked')
      await page.keyboard.press('Enter')
      await grid.waitFor()
      await page.keyboard.press('ArrowUp')
      await page.keyboard.press('Enter')
      await asked(page, '2026-11-06T16:00:00.000Z', 'the week before is asked for')
      must((await from.inputValue()) === said.replace('14', '7'), `it reads ${await from.inputValue()}`)
    },
  ]),
  [
    'what is no day is said, asks for nothing, and is forgotten once it is put right',
    {},
    async (page) => {
      const from = await opened(page, speaking('zh-CN'))
      await listen(page)
      await from.fill('明天')
      await page.keyboard.press('Enter')
      await dialog(page).getByRole('alert').getByText('请写成 2026-11-20').waitFor()
      must((await from.getAttribute('aria-invalid')) === 'true', 'the field is marked')
      must((await fake(page, () => window.asked.length)) === 0, 'nothing was asked')
      await from.fill('')
      await page.keyboard.press('Enter')
      await dialog(page).getByRole('alert').waitFor({ state: 'detached' })
      await from.fill('11-14')
      await page.keyboard.press('Enter')
      await asked(page, '2026-11-13T16:00:00.000Z', 'a day of this year is enough')
    },
  ],
]
