import { eventually, must, openTalk, rowIds } from './harness.js'

const arrive = (page, id, text) => page.evaluate(([i, t]) => window.tidebellFake.arrive(i, t), [id, text])

/** The list, the keys in it, the countdown. */
export default [
  [
    'the next deadline counts down and its click opens the conversation',
    {},
    async (page) => {
      const clock = page.locator('[data-next]')
      const first = await clock.textContent()
      await eventually(
        () => clock.textContent(),
        (now) => now !== first,
        'the countdown must tick',
      )
      await page.locator('button.next').click()
      await page.locator('main h2', { hasText: 'María G.' }).waitFor()
    },
  ],
  [
    'no dot of the tide line touches the words of the hours',
    {},
    async (page) => {
      const touching = await page.evaluate(() => {
        const boxes = (selector) =>
          [...document.querySelectorAll(selector)].map((el) => el.getBoundingClientRect())
        // A dot's button has air around it, so that it can be hit.
        const dots = boxes('.tide button[title]').map((b) => ({ x: b.x + 6, y: b.y + 6, r: b.right - 6 }))
        return boxes('.tide text').flatMap((word) =>
          dots.filter((dot) => dot.x < word.right && dot.r > word.left && dot.y < word.bottom - 2),
        )
      })
      must((await page.locator('.tide button[title]').count()) > 10, 'there is a crowd on the line')
      must(touching.length === 0, `${touching.length} dots stand in the words`)
    },
  ],
  [
    'every dot of the tide line is 24 pixels wide and high to the pointer, and looks no larger',
    {},
    async (page) => {
      const dots = await page.locator('.tide button[title]').evaluateAll((all) =>
        all.map((dot) => {
          const { width, height } = dot.getBoundingClientRect()
          const seen = width - 2 * parseFloat(getComputedStyle(dot).borderInlineStartWidth)
          return { width, height, seen }
        }),
      )
      const small = dots.filter((dot) => dot.width < 24 || dot.height < 24 || dot.seen > 12)
      must(dots.length > 10 && small.length === 0, JSON.stringify(small))
    },
  ],
  [
    'the list does not reorder under the pointer and takes the new order when it leaves',
    {},
    async (page) => {
      const before = await rowIds(page)
      await page.locator('[role=option]').nth(4).hover()
      await page.evaluate(() => {
        const talk = window.tidebellFake.world.talks.get('c1')
        talk.done = true
        window.tidebellFake.changed(['c1'])
      })
      const hint = await page.locator('button.waiting').boundingBox()
      for (const row of await page.locator('[role=option]').all()) {
        const box = await row.boundingBox()
        must(
          box === null || hint.y + hint.height <= box.y || hint.y >= box.y + box.height,
          'the hint covers no row',
        )
      }
      must(
        (await rowIds(page)).join() === before.join(),
        'no row may move while the pointer rests on the list',
      )
      await page.mouse.move(1200, 500)
      await eventually(
        () => rowIds(page),
        (now) => !now.includes('row-c1'),
        'the new order comes when the pointer is gone',
      )
      must((await page.locator('button.waiting').count()) === 0, 'the hint goes with it')
    },
  ],
  [
    'J, K and Enter move and open, the focus shows where the keyboard is',
    {},
    async (page) => {
      await page.keyboard.press('j')
      await page.keyboard.press('j')
      const focused = () => page.evaluate(() => document.activeElement?.id)
      await eventually(focused, (id) => id === 'row-c2', 'the second row has the focus')
      await page.keyboard.press('k')
      await eventually(focused, (id) => id === 'row-c1', 'K goes back up')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await page.locator('main h2', { hasText: 'María G.' }).waitFor()
      must(
        (await page.locator('[role=option][tabindex="0"]').count()) === 1,
        'one stop for Tab in the whole list',
      )
    },
  ],
  [
    'R goes to the reply, Escape back to the list',
    { select: 'c2' },
    async (page) => {
      await page.keyboard.press('r')
      await eventually(
        () => page.evaluate(() => document.activeElement?.tagName),
        (t) => t === 'TEXTAREA',
        'R focuses the reply',
      )
      await page.keyboard.press('Escape')
      await eventually(
        () => page.evaluate(() => document.activeElement?.id),
        (id) => id === 'row-c2',
        'Escape returns to the row',
      )
    },
  ],
  [
    'E is done and the next conversation opens',
    { select: 'c2' },
    async (page) => {
      await page.mouse.move(1200, 500)
      await page.keyboard.press('e')
      await page.locator('main h2', { hasText: 'jia_hui88' }).waitFor()
      await eventually(
        () => rowIds(page),
        (ids) => !ids.includes('row-c2'),
        'what is done leaves the list',
      )
    },
  ],
  [
    'a conversation opens at its newest message and pages upwards',
    {},
    async (page) => {
      await page.locator('#row-c14').scrollIntoViewIfNeeded()
      await openTalk(page, 'c14')
      await page.locator('main [role=log]', { hasText: 'One more: could you combine' }).waitFor()
      const log = page.locator('main [role=log]')
      const seen = async () => {
        await log.evaluate((el) => (el.scrollTop = 0))
        return log.textContent()
      }
      await eventually(seen, (text) => text.includes('Question 1:'), 'scrolling up reaches the first message')
    },
  ],
  [
    'a message that arrives is said politely and shown on its row',
    {},
    async (page) => {
      await arrive(page, 'c4', 'Alguma novidade?')
      await page.locator('#row-c4', { hasText: 'Alguma novidade?' }).waitFor()
      await eventually(
        () => page.locator('[aria-live=polite]').textContent(),
        (t) => t.includes('Paulo A.'),
        'the live region names who wrote',
      )
      const urgent = await page.locator('[aria-live=assertive]').textContent()
      must(urgent.includes('María G.'), 'only a deadline within ten minutes interrupts')
    },
  ],
  [
    'a view, a store filter and the empty view',
    {},
    async (page) => {
      await page.locator('nav').getByRole('button', { name: '系统邮件' }).click()
      await page.locator('#row-c9').waitFor()
      await page.locator('nav').getByRole('button', { name: '未分流' }).click()
      await page.getByText('这里没有会话').waitFor()
      await page.getByRole('button', { name: /Shopee SG/ }).click()
      await page.getByRole('button', { name: '只看这家店' }).click()
      await page.locator('#row-c3').waitFor()
      must(!(await rowIds(page)).includes('row-c2'), 'the other store is filtered out')
      await page.keyboard.press('Escape')
      await page.locator('.place', { hasText: '只看 Shopee SG' }).getByRole('button').click()
      await page.locator('#row-c2').waitFor()
      must(
        (await page.locator('.place').isVisible()) === false,
        'the rail says the view, and nothing is filtered',
      )
    },
  ],
  [
    'a failing host shows its error with a way to retry in every pane',
    { scene: 'error' },
    async (page) => {
      await page.locator('.list [role=alert]', { hasText: 'database is locked' }).waitFor()
      must(
        (await page.getByRole('button', { name: '重试' }).count()) >= 3,
        'rail, tide and list can each be retried',
      )
    },
  ],
  [
    'what could not be renewed says so, keeps what was there and offers another try',
    { select: 'c2' },
    async (page) => {
      const scene = (name, ids) =>
        page.evaluate(
          ([to, changed]) => {
            window.tidebellFake.scene = to
            window.tidebellFake.changed(changed)
          },
          [name, ids],
        )
      const before = await rowIds(page)
      await scene('error', ['c2'])
      const bars = page.locator('[role=alert]', { hasText: '没有更新' })
      await eventually(
        () => bars.count(),
        (n) => n === 2,
        'the list and the conversation both say it',
      )
      must((await rowIds(page)).join() === before.join(), 'the rows stay')
      must(await page.locator('main .bubble').first().isVisible(), 'so do the messages')
      await page.evaluate(() => (window.tidebellFake.scene = 'shop'))
      const again = bars.first().getByRole('button', { name: '重试' })
      await again.click()
      await eventually(
        async () => {
          // A pane may look again by itself in between, and take its bar away.
          if (await again.isVisible()) await again.click({ timeout: 300 }).catch(() => {})
          return bars.count()
        },
        (n) => n === 0,
        'what works again says nothing',
      )
    },
  ],
  [
    'a conversation of another seat names the way to answer it',
    {},
    async (page) => {
      await page.locator('nav').getByRole('button', { name: '团队全部' }).click()
      await page.evaluate(() => {
        const host = window.tidebellFake
        const answer = host.conversation
        host.conversation = async (id) => ({
          ...(await answer(id)),
          send: { open: false, code: 'not_owner', detail: null },
        })
      })
      await page.locator('[role=option]', { hasText: '老周' }).first().click()
      await page.getByText('请先转交给自己').waitFor()
      await page.locator('.compose').getByRole('button', { name: '转交' }).click()
      await page.getByRole('dialog').getByLabel(/阿敏/).check()
    },
  ],
  ...['zh-CN', 'en'].flatMap((lang) =>
    ['c9', 'c10'].map((id) => [
      `beside the list whoever owns a conversation is asked about in one line, ${id} in ${lang}`,
      { lang, width: 1280 },
      async (page) => {
        await page.locator('nav').getByRole('button').nth(4).click()
        await openTalk(page, id)
        const tops = await page
          .locator('main header .actions button:visible')
          .evaluateAll((all) => all.map((el) => Math.round(el.getBoundingClientRect().bottom)))
        must(tops.length === 4 && new Set(tops).size === 1, `the buttons end at ${tops}`)
      },
    ]),
  ),
]
