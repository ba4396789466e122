import { afterEach, describe, expect, it } from 'vitest'
import { unreadOf } from '../ipc/fake/unread'
import { speak } from '../shared/locale.svelte'
import { adviceOf, barredWords, causeOf, sourceWords, technical, toldWords } from './unreadable'

const NOW = Date.parse('2026-11-20T10:32:00Z')
const [order, foreign, message] = unreadOf(NOW) as [Row, Row, Row]
type Row = ReturnType<typeof unreadOf>[number]

afterEach(() => speak('zh-CN'))

describe('what could not be read', () => {
  it('is said without one word of the parser, in both languages', () => {
    for (const language of ['zh-CN', 'en'] as const) {
      speak(language)
      for (const row of unreadOf(NOW)) {
        const words = [sourceWords(row.source), causeOf(row), adviceOf(row)].join(' ')
        expect(words, row.why).not.toContain(row.why)
        expect(/[A-Za-z]/.test(words), words).toBe(language === 'en')
      }
    }
  })

  it('is named by what it is, and by the platform in general when its source is new', () => {
    expect(sourceWords('shopee.get_return_list')).toBe('退货')
    expect(sourceWords('bridge.event')).toBe('桥接事件')
    expect(sourceWords('aliexpress.voice')).toBe('平台接口的回答')
  })

  it('has advice by its kind, unless its cause knows better', () => {
    expect(adviceOf(order)).toContain('这一单')
    expect(adviceOf(message)).toContain('聊天')
    expect(adviceOf(foreign)).toContain('连接这家店铺')
  })

  it('is handed on without what is kept of it', () => {
    expect(technical(message)).toContain('not JSON')
    expect(technical(message)).not.toContain('Здравствуйте')
  })

  it('says why it will not be tried again, without a word of the parser', () => {
    for (const language of ['zh-CN', 'en'] as const) {
      speak(language)
      const words = (['outline', 'nothing', 'alone', 'answer'] as const).map(barredWords)
      expect(new Set(words).size, 'each its own').toBe(4)
      expect(
        words.every((each) => /[A-Za-z]/.test(each) === (language === 'en')),
        words.join(),
      ).toBe(true)
    }
  })

  it('says of a round only what there was any of', () => {
    const report = { read: 3, unreadable: 1, barred: 0, waiting: 0, failed: 0, stopped: false }
    expect(toldWords({ what: 'all', report }).words).toHaveLength(1)
    const all = { ...report, read: 0, barred: 2, waiting: 1, failed: 1, stopped: true }
    const { good, words } = toldWords({ what: 'all', report: all })
    expect([good, words.length]).toEqual([false, 5])
    expect(words.join(' ')).toContain('2 条无法再试')
  })
})
