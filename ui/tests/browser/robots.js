import { accessible } from './accessible.js'
import { eventually, must } from './harness.js'

const ADDRESS = 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0f1e2d3c-0000-4000-8000-00000000beef'
const dialog = (page) => page.getByRole('dialog')
/** The dialog that asks before one is removed. */
const question = (page) => page.getByRole('dialog', { name: /^移除/ })
const robot = (page, name) => dialog(page).getByRole('listitem', { name, exact: true })

async function openRobots(page) {
  await page.getByRole('button', { name: '设置' }).click()
  await dialog(page).getByRole('tab', { name: '企业微信' }).click()
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
      await dialog(page).getByText('还没有接入企业微信').waitFor()
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
      const content = robot(page, '客服群').getByRole('switch', { name: /买家姓名和消息内容/ })
      must(
        (await content.getAttribute('aria-checked')) === 'false',
        'names stay here unless somebody wants it',
      )
      await content.click()
      await eventually(
        () => content.getAttribute('aria-checked'),
        (on) => on === 'true',
        'now they go out',
      )
      await robot(page, '客服群').getByRole('button', { name: '移除' }).click()
      must((await robot(page, '客服群').count()) === 1, 'a question comes first')
      await question(page).getByText('无人处理的会话不再发到企业微信').waitFor()
      await question(page).getByRole('button', { name: '确定移除' }).click()
      await dialog(page).getByText('还没有接入企业微信').waitFor()
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
      const hands = (why) =>
        eventually(
          () => page.evaluate(() => document.activeElement?.textContent?.trim()),
          (at) => at === '改名',
          why,
        )
      await robot(page, '客服群').getByRole('button', { name: '取消' }).press('Enter')
      await hands('whoever changes nothing goes on where they were')
      must((await robot(page, '客服群').getByLabel('名称').count()) === 0, 'and the field is gone')
      await page.keyboard.press('Enter')
      await robot(page, '客服群').getByLabel('名称').fill('运营群')
      await page.keyboard.press('Enter')
      await robot(page, '运营群').waitFor()
      await hands('and so does whoever changed something')
    },
  ],
  [
    'an application is added with its recipients, and a test names whom it does not reach',
    {},
    async (page) => {
      await openRobots(page)
      await dialog(page).getByText('企业应用', { exact: true }).click()
      await dialog(page).getByRole('button', { name: '添加应用' }).click()
      must((await dialog(page).locator('[aria-invalid]').count()) === 4, 'name, company, number and secret')
      const label = await page.evaluate(() => document.activeElement?.labels?.[0]?.textContent)
      must(label === '名称', `the first wrong field has the focus, not ${label}`)
      await accessible(page)
      await dialog(page).getByLabel('名称').fill('客服应用')
      await dialog(page).getByLabel('企业 ID').fill('wwdemo0123456789ab')
      await dialog(page).getByLabel('AgentId').fill('1000002')
      await dialog(page).getByLabel('Secret').fill('secret-of-the-app')
      await dialog(page).getByLabel('指定成员、部门或标签').focus()
      await page.keyboard.press('Space')
      await dialog(page).getByText('至少填一个').waitFor()
      await dialog(page).getByLabel('成员账号').fill('li 张三')
      await dialog(page).getByText('“张三”不是成员账号').waitFor()
      await accessible(page)
      await dialog(page).getByLabel('成员账号').fill('li gone1')
      await dialog(page).getByLabel('部门 ID').fill('2 9')
      await dialog(page).getByLabel('标签 ID').fill('97')
      await page.keyboard.press('Enter')
      const app = robot(page, '客服应用')
      await app.getByText('接收人：成员 li、gone1 · 部门 2、9 · 标签 97').waitFor()
      must(!(await page.content()).includes('secret-of-the-app'), 'the secret is nowhere on the page')
      await app.getByRole('button', { name: '发送测试消息' }).click()
      for (const words of ['不是所有人', '没有收到的成员：gone1', '没有收到的部门：9', '没有收到的标签：97'])
        await app.getByRole('status').getByText(words).waitFor()
      await accessible(page)
      await app.getByRole('button', { name: '修改接收人' }).click()
      must((await app.getByLabel('成员账号').inputValue()) === 'li gone1', 'nothing is typed again')
      await app.getByLabel('成员账号').fill('gone1')
      await app.getByLabel('部门 ID').fill('')
      await app.getByLabel('标签 ID').fill('')
      await app.getByRole('button', { name: '保存' }).click()
      await app.getByText('接收人：成员 gone1', { exact: true }).waitFor()
      await app.getByRole('button', { name: '发送测试消息' }).click()
      for (const words of ['81013', '请核对成员账号'])
        await app.getByRole('status').getByText(words).waitFor()
      await app.getByRole('button', { name: '更换应用或 Secret' }).click()
      must((await app.getByLabel('企业 ID').inputValue()) === 'wwdemo0123456789ab', 'nor here')
      await app.getByLabel('AgentId').fill('1000003')
      await app.getByLabel('Secret').fill('another one')
      await app.getByRole('button', { name: '保存' }).click()
      await app.getByText('里面有空格或换行').waitFor()
      await accessible(page)
      await app.getByLabel('Secret').fill('another-one')
      await app.getByRole('button', { name: '保存' }).click()
      await app.getByText('1000003').waitFor()
      must(!(await page.content()).includes('another-one'), 'this secret is nowhere on the page either')
      await app.getByRole('button', { name: '移除' }).click()
      await question(page).getByRole('button', { name: '确定移除' }).click()
      await dialog(page).getByText('还没有接入企业微信').waitFor()
    },
  ],
  [
    'an application whose address is not trusted says which one to enter, in English and in the dark',
    { lang: 'en', theme: 'dark' },
    async (page) => {
      await page.getByRole('button', { name: 'Settings' }).click()
      await dialog(page).getByRole('tab', { name: 'WeCom' }).click()
      await dialog(page).getByText('Company app', { exact: true }).click()
      await dialog(page).getByLabel('Name', { exact: true }).fill('坏')
      await dialog(page).getByLabel('Corp ID').fill('wwdemo0123456789ab')
      await dialog(page).getByLabel('AgentId').fill('1000002')
      await dialog(page).getByLabel('Secret').fill('s')
      await dialog(page).getByRole('button', { name: 'Add app' }).click()
      await robot(page, '坏').getByRole('button', { name: 'Send a test' }).click()
      await robot(page, '坏').getByRole('status').getByText('60020').waitFor()
      await robot(page, '坏').getByRole('status').getByText('Add 203.0.113.7').waitFor()
      await accessible(page)
    },
  ],
  [
    'removing a robot that a rule and the ladder use names both and what becomes of them',
    {},
    async (page) => {
      await openRobots(page)
      await add(page, '客服群')
      await robot(page, '客服群')
        .getByRole('switch', { name: /无人处理/ })
        .click()
      await dialog(page).getByRole('tab', { name: '消息规则' }).click()
      await page.evaluate(() => window.tidebellFake.useInRule('退货退款', 'r1'))
      await dialog(page).getByRole('tab', { name: '企业微信' }).click()
      await robot(page, '客服群').getByRole('button', { name: '移除' }).focus()
      await page.keyboard.press('Enter')
      await question(page).getByText('规则“退货退款”会停下来').waitFor()
      await question(page).getByText('到主账号为止').waitFor()
      await accessible(page)
      await page.keyboard.press('Escape')
      await question(page).waitFor({ state: 'detached' })
      must((await robot(page, '客服群').count()) === 1, 'a second thought removes nothing')
      const asking = robot(page, '客服群').getByRole('button', { name: '移除' })
      must(await asking.evaluate((button) => button === document.activeElement), 'and the hands go back')
      await page.keyboard.press('Enter')
      await question(page).getByRole('button', { name: '确定移除' }).click()
      await dialog(page).getByText('还没有接入企业微信').waitFor()
      await eventually(
        () => page.evaluate(() => document.activeElement?.closest('[role=tabpanel]') !== null),
        (there) => there,
        'the hands go on where another one is added',
      )
    },
  ],
]
