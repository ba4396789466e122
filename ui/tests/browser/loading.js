import { eventually, must } from './harness.js'
import { button, dialog, fake } from './wizard.js'

/** Makes a question of the host wait, then fail once, then be answered. */
const hold = (page, name) =>
  page.evaluate((asked) => {
    const host = window.tidebellFake
    const answer = host[asked].bind(host)
    host[asked] = () =>
      new Promise((_, refuse) => {
        window.refuse = () => {
          host[asked] = answer
          refuse(new Error('database is locked (5)'))
        }
      })
  }, name)
const loading = (page) => page.getByRole('status', { name: '正在加载' })
const boxes = (page) =>
  loading(page)
    .locator('b')
    .evaluateAll(
      (all) =>
        all.filter((el) => el.offsetHeight > 20 && el.checkVisibility({ opacityProperty: true })).length,
    )

const inName = (page) =>
  eventually(
    () =>
      dialog(page)
        .getByLabel('店铺名称')
        .evaluate((el) => el === document.activeElement),
    (has) => has,
    'the hands go on in the first field',
  )

/** What is on its way is seen to be so, and what does not come is said. */
export default [
  [
    'the wizard shows the shape of its form while it loads, says what went wrong, and tries again',
    { scene: 'first' },
    async (page) => {
      await hold(page, 'directory')
      await page.getByRole('button', { name: '连接店铺' }).click()
      await loading(page).waitFor()
      must((await boxes(page)) === 4, 'four fields are to be seen at once')
      must((await dialog(page).locator('form').getAttribute('aria-busy')) === 'true', 'the form is busy')
      must(await button(page, '测试连接').isDisabled(), 'nothing can be tested yet')
      await loading(page).getByText('比平时慢').waitFor()
      const height = (await dialog(page).boundingBox()).height
      await fake(page, () => window.refuse())
      await dialog(page).getByRole('alert').getByText('database is locked').waitFor()
      await button(page, '重试').click()
      await dialog(page).getByLabel('店铺名称').waitFor()
      await inName(page)
      must((await dialog(page).locator('form').getAttribute('aria-busy')) === 'false', 'it is busy no longer')
      must(await button(page, '测试连接').isEnabled(), 'it can be tested')
      must((await dialog(page).boundingBox()).height >= height, 'the shape was no larger than the form')
    },
  ],
  [
    'the form for other credentials loads, fails and comes, and its first field gets the focus',
    { scene: 'trouble' },
    async (page) => {
      await page.getByRole('button', { name: /^Shopee MY/ }).click()
      const renew = page.locator('.popover').getByRole('button', { name: '更新凭据' })
      await renew.waitFor()
      await hold(page, 'storeConnection')
      await renew.click()
      await loading(page).waitFor()
      must((await boxes(page)) === 4, 'four fields are to be seen at once')
      must(await button(page, '测试并保存').isDisabled(), 'nothing can be saved yet')
      await fake(page, () => window.refuse())
      await dialog(page).getByRole('alert').getByText('database is locked').waitFor()
      await button(page, '重试').click()
      await dialog(page).getByLabel('店铺名称').waitFor()
      await inName(page)
    },
  ],
  [
    'the details of a store say that they load, and what went wrong',
    { scene: 'trouble' },
    async (page) => {
      await hold(page, 'storeConnection')
      await page.getByRole('button', { name: /^Shopee MY/ }).click()
      const details = page.locator('.popover')
      await details.getByRole('status', { name: '正在加载' }).waitFor()
      await fake(page, () => window.refuse())
      await details.getByRole('alert').getByText('database is locked').waitFor()
      await details.getByRole('button', { name: '重试', exact: true }).click()
      await details.getByRole('button', { name: '测试连接' }).waitFor()
    },
  ],
]
