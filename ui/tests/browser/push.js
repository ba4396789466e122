import { accessible } from './accessible.js'
import { must } from './harness.js'

const shop = (page) => page.locator('nav button', { hasText: 'Shopee MY' })
const dialog = (page) => page.getByRole('dialog', { name: /推送接收/ })

async function openPushes(page) {
  await shop(page).click()
  await page.getByRole('button', { name: '推送接收…' }).click()
  await dialog(page).waitFor()
}

async function fill(page, address) {
  await dialog(page)
    .getByRole('switch', { name: /接收推送/ })
    .click()
  await dialog(page).getByLabel('中继的公网地址').fill(address)
  await dialog(page).getByRole('button', { name: '保存' }).click()
}

/** Pushes, and stores that are left alone for a while. */
export default [
  [
    'the receiver is off, and an address that the platform cannot call is refused beside its field',
    { scene: 'trouble' },
    async (page) => {
      await openPushes(page)
      await dialog(page).getByText('未开启').waitFor()
      await fill(page, 'http://relay.example.com')
      await dialog(page).getByText('请填写 https 开头').waitFor()
      await dialog(page).getByText('未开启').waitFor()
    },
  ],
  [
    'switched on, it says what to register, what came and what was refused; the key is never shown',
    { scene: 'trouble' },
    async (page) => {
      await openPushes(page)
      await dialog(page).getByLabel('推送密钥').fill('shpk-0f1e2d3c')
      await fill(page, 'https://relay.example.com')
      await dialog(page).getByText('https://relay.example.com/shopee/push/2001234').waitFor()
      await dialog(page).getByText('正在接收').waitFor()
      await dialog(page).getByText('拒绝了 3 个').waitFor()
      must(!(await page.content()).includes('0f1e2d3c'), 'the key is nowhere on the page')
      must((await dialog(page).getByLabel('推送密钥').inputValue()) === '', 'nor in its field')
      await accessible(page)
    },
  ],
  [
    'the receiver of pushes is accessible in dark and at 200 %',
    { scene: 'trouble', theme: 'dark', zoom: 2 },
    async (page) => {
      await shop(page).click()
      await page.getByRole('button', { name: '推送接收…' }).click()
      await fill(page, 'https://relay.example.com')
      await dialog(page).getByText('正在接收').waitFor()
      await accessible(page)
    },
  ],
  [
    'a store that is left alone says until when and why, and is tried at once on a click',
    { scene: 'trouble' },
    async (page) => {
      await shop(page).getByText('18:43 再试', { exact: true }).waitFor()
      await shop(page).click()
      await page.getByText('暂停到 18:43 再试：授权已过期').waitFor()
      await page.getByRole('button', { name: '立即重试' }).press('Enter')
      await page.getByText('暂停到').first().waitFor({ state: 'detached' })
    },
  ],
]
