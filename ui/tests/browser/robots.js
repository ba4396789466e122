import { eventually, must } from './harness.js'

const ADDRESS = 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0f1e2d3c-0000-4000-8000-00000000beef'
const dialog = (page) => page.getByRole('dialog')
const robot = (page, name) => dialog(page).getByRole('listitem', { name, exact: true })

async function openRobots(page) {
  await page.getByRole('button', { name: '设置' }).click()
  await dialog(page).getByRole('tab', { name: '群机器人' }).click()
}

async function add(page, name) {
  await dialog(page).getByLabel('名称').fill(name)
  await dialog(page).getByLabel('Webhook 地址').fill(ADDRESS)
  await dialog(page).getByRole('button', { name: '添加机器人' }).click()
  await robot(page, name).waitFor()
}

/** The robots in the team's groups. */
export default [
  [
    'without a robot three steps say how to get one, and a wrong address is refused beside its field',
    {},
    async (page) => {
      await openRobots(page)
      await dialog(page).getByText('还没有群机器人').waitFor()
      must((await dialog(page).locator('ol li').count()) === 3, 'three steps')
      await dialog(page).getByLabel('名称').fill('客服群')
      await dialog(page).getByLabel('Webhook 地址').fill('https://shop.example/?key=12345678')
      await dialog(page).getByRole('button', { name: '添加机器人' }).click()
      await dialog(page).getByText('只接受').waitFor()
    },
  ],
  [
    'a robot is added by its address, which is never shown, and a test says that it arrived',
    {},
    async (page) => {
      await openRobots(page)
      await add(page, '客服群')
      must(!(await page.content()).includes('0f1e2d3c'), 'the key is nowhere on the page')
      await robot(page, '客服群').getByText('beef').waitFor()
      await robot(page, '客服群').getByRole('button', { name: '发送测试消息' }).click()
      await robot(page, '客服群').getByRole('status').getByText('已送达').waitFor()
    },
  ],
  [
    'a switch is kept, and removing asks first',
    {},
    async (page) => {
      await openRobots(page)
      await add(page, '客服群')
      const ladder = robot(page, '客服群').getByRole('switch', { name: /无人处理/ })
      await ladder.click()
      await eventually(
        () => ladder.getAttribute('aria-checked'),
        (on) => on === 'true',
        'it is on',
      )
      await robot(page, '客服群').getByRole('button', { name: '移除' }).click()
      must((await robot(page, '客服群').count()) === 1, 'a question comes first')
      await robot(page, '客服群').getByRole('button', { name: '确定移除' }).click()
      await dialog(page).getByText('还没有群机器人').waitFor()
    },
  ],
  [
    'a robot that cannot send says why, what waits, and when it is tried again',
    { scene: 'trouble' },
    async (page) => {
      await openRobots(page)
      await robot(page, '客服群').getByText('3 条').waitFor()
      await robot(page, '客服群').getByText('18:36').waitFor()
      await robot(page, '运营群').getByText('已被移出群').waitFor()
      await robot(page, '运营群').getByRole('button', { name: '更换地址' }).click()
      await robot(page, '运营群').getByLabel('Webhook 地址').fill(ADDRESS)
      await robot(page, '运营群').getByRole('button', { name: '保存' }).click()
      await robot(page, '运营群').getByText('没有等待').waitFor()
    },
  ],
  [
    'a robot is renamed with the keyboard alone',
    {},
    async (page) => {
      await openRobots(page)
      await add(page, '客服群')
      const rename = robot(page, '客服群').getByRole('button', { name: '改名' })
      await rename.focus()
      await page.keyboard.press('Enter')
      await robot(page, '客服群').getByLabel('名称').fill('运营群')
      await page.keyboard.press('Enter')
      await robot(page, '运营群').waitFor()
    },
  ],
]
