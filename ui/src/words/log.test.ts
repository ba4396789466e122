import { afterEach, describe, expect, it } from 'vitest'
import { logKinds as written } from '../ipc/client'
import { speak } from '../shared/locale.svelte'
import { LOG_KINDS, logPeople, logResult, logTime, logWords } from './log'

afterEach(() => speak('zh-CN'))
const NOW = Date.parse('2026-11-20T10:32:00Z')

/** Every fact that an entry may have. */
const FACTS = {
  author: 'buyer',
  order_no: '819',
  status: 'SHIPPED',
  source: 'shopee.push',
  by: '彩电卖家:阿敏',
  to: '彩电卖家:小李',
  unread: '2',
  reason: 'least_today',
  note: '尺码',
  detail: 'stale',
  deadline: 'reply',
  stage_s: '-600',
  due_ms: String(NOW),
  until_ms: String(NOW),
  notice: 'due',
  action: 'replied',
  step: 'agent',
  why: 'too_long',
  what: '2026-12-01T00:00:00Z',
  robot: '客服群',
  account: '彩电卖家:小李',
  key: 'policy',
  name: '催单',
  folder: 'INBOX',
  messages: '3',
  taken: '3',
  enabled: 'true',
  field: 'address',
  signed: '王掌柜',
  values: '4',
}

describe('every entry in words', () => {
  it('has the sorts that the shell can write, and no others', () => {
    expect([...LOG_KINDS].sort()).toEqual([...written].sort())
  })

  it.each(['zh-CN', 'en'] as const)('no sentence of %s shows a hole, with facts or without', (locale) => {
    speak(locale)
    for (const kind of written) {
      const whole = logWords({ kind, facts: FACTS })
      expect(whole, kind).not.toMatch(/[{}?]|undefined|NaN|Invalid/)
      expect(whole, `${kind} says more than its code`).not.toBe(kind.replaceAll('_', ' '))
      expect(() => logWords({ kind, facts: {} }), kind).not.toThrow()
      const odd = Object.fromEntries(Object.keys(FACTS).map((name) => [name, 'x']))
      expect(() => logWords({ kind, facts: odd }), `${kind} that somebody changed`).not.toThrow()
    }
  })

  it('a sort of another version stays readable', () => {
    expect(logWords({ kind: 'moon_phase', facts: {} })).toBe('moon phase')
  })

  it('says what happened, and what the platform meant', () => {
    const words = (kind: string, facts: Record<string, string>) => logWords({ kind, facts })
    expect(words('shown', { to: '彩电卖家:小李', unread: '2' })).toBe('展示给 小李，2 条新消息')
    expect(words('alert_raised', { deadline: 'reply', stage_s: '-600' })).toBe('平台回复：提前 10 分钟的提醒')
    expect(words('alert_refused', { notice: 'climbed', deadline: 'reply' })).toContain('无人处理 · 平台回复')
    expect(words('reply_refused', { detail: 'too_long: 500 at most' })).toContain('太长')
    expect(words('reply_refused', { detail: 'E_77' }), 'as the platform put it').toContain('E_77')
    expect(words('ladder_climbed', { step: 'outside' })).toContain('企业微信')
    expect(words('personal_shown', { order_no: '819', field: 'phone' })).toBe('查看了订单 819 的收货电话')
    expect(words('personal_kept', { signed: '王掌柜', field: 'address' })).toContain('王掌柜')
  })
})

describe('who, and what became of it', () => {
  it('names who did it and to whom it went', () => {
    expect(logPeople({ kind: 'transferred', facts: { by: '店:阿敏', to: '店:小李' } })).toBe('阿敏 → 小李')
    expect(logPeople({ kind: 'pushed', facts: { robot: '客服群' } })).toBe('客服群')
    expect(logPeople({ kind: 'received', facts: {} })).toBe('')
  })

  it('has a tone for what ended well, badly, or unknown', () => {
    const of = (kind: string, facts = {}) => logResult({ kind, facts })
    expect(of('reply_sent')?.tone).toBe('calm')
    expect(of('alert_refused')?.tone).toBe('red')
    expect(of('pushed', { result: 'unknown' })?.tone).toBe('amber')
    expect(of('pushed', { result: 'refused', 'end.code': '93000' })?.words, 'with its code').toContain(
      '93000',
    )
    expect(of('reply_sending'), 'nothing came of it yet').toBeNull()
  })
})

describe('when', () => {
  it('is told to the second, with as much of the date as is needed', () => {
    expect(logTime('2026-11-20T10:31:07Z', NOW)).toBe('18:31:07')
    expect(logTime('2026-11-19T10:31:07Z', NOW)).toBe('11-19 18:31:07')
    expect(logTime('2025-11-19T10:31:07Z', NOW)).toContain('2025')
  })
})
