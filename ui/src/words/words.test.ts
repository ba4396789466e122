import { afterEach, describe, expect, it } from 'vitest'
import type { DeadlineDto } from '../ipc/client'
import { HostError } from '../ipc/host'
import { m } from '../paraglide/messages.js'
import { speak } from '../shared/locale.svelte'
import { LINE_CODES, lineWords, summaryWords } from './arithmetic'
import {
  presenceWithin,
  COUNTING,
  GATE,
  KIND,
  kindWords,
  notCountingWords,
  previewWords,
  REASON,
  reasonWords,
  RULE,
  ruleWords,
} from './codes'
import { authorisationOver, errorDetail, errorWords, storeErrorWords } from './errors'
import { climbWords } from './climb'
import { seatWithin, weighed, whyButton, whyTitle } from './why'

afterEach(() => speak('zh-CN'))
const FROM = '2026-11-20T07:39:32Z'
const deadline = (code: string, params: Record<string, string>): DeadlineDto => ({
  id: 'd',
  kind: 'reply',
  from: FROM,
  due: '2026-11-20T10:39:32Z',
  status: 'open',
  summary: { code, params },
  alerts: true,
})

describe('codes in words', () => {
  it('every kind of deadline has a name', () => {
    const kinds = [
      'reply',
      'reply_limit',
      'read_silent',
      'escalation',
      'badge_reply',
      'team_promise',
      'system_mail',
      'ticket',
      'dispute',
      'platform_due',
    ]
    expect(Object.keys(KIND).sort(), 'the ten of the rules').toEqual(kinds.sort())
  })

  it('every reason has a name and the rule behind it', () => {
    const reasons = [
      'direct',
      'private',
      'kept',
      'recent',
      'least_today',
      'suspended_recent',
      'suspended_least',
      'offline_recent',
      'main_fallback',
      'manual',
      'message_rule',
    ]
    expect([Object.keys(REASON).sort(), Object.keys(RULE).sort()]).toEqual([reasons.sort(), reasons.sort()])
  })

  it('every cause for not counting and every closed gate has words', () => {
    for (const code of [
      'not_a_seller',
      'auto_reply',
      'image',
      'video',
      'sticker',
      'emoji',
      'order_card',
      'item_card',
      'note',
      'read_mark',
      'unsupported',
      'mobile_without_sync',
    ]) {
      expect(COUNTING[code], code).toBeDefined()
    }
    for (const code of [
      'read_only_kind',
      'capability_off',
      'region_forbids',
      'store_paused',
      'not_owner',
      'no_cards',
      'cards_not_by_bridge',
      'cards_not_by_old_interface',
    ]) {
      expect(GATE[code], code).toBeDefined()
    }
    expect([notCountingWords('counts'), notCountingWords(null)], 'nothing to say').toEqual(['', ''])
  })

  it('a decision that looked at weights says so, and one of before does not', () => {
    const seat = { name: '店:甲', presence: 'online' as const, participates: true, today: 1, chosen: true }
    const [before, plain] = [{ seats: [] }, { seats: [{ ...seat, weight: null }] }]
    const weighted = { seats: [{ ...seat, weight: 0 }] }
    expect([before, plain, weighted].map(weighed)).toEqual([false, false, true])
    const codes = ['least_today', 'suspended_least']
    const all = codes.flatMap((code) => [reasonWords(code, true), ruleWords(code, true)])
    expect(
      all.filter((words) => !words.includes('权重')),
      'what decided is said',
    ).toEqual([])
    const otherwise = codes.flatMap((code) => [reasonWords(code), ruleWords(code)]).join()
    expect(otherwise, 'and nothing of it otherwise').not.toContain('权重')
    expect(reasonWords('recent', true), 'a recent buyer is nobody weighed').toBe(reasonWords('recent'))
    expect(ruleWords('recent', true)).toBe(ruleWords('recent'))
  })

  it('an unknown code stays readable', () => {
    expect([kindWords('new_kind'), reasonWords('new_rule')]).toEqual(['new kind', 'new rule'])
    expect(lineWords({ code: 'moon_phase', params: { at: FROM, n: '3' } })).toMatch(
      /^moon phase · at .*15:39:32 · n 3$/,
    )
  })

  it('a message without words is named', () => {
    expect([previewWords('image', ''), previewWords('emoji', '🙏'), previewWords('text', 'x')]).toEqual([
      '[图片]',
      '🙏',
      'x',
    ])
    expect([previewWords('erased', ''), previewWords('order_card', '8192')]).toEqual([
      '内容已抹除',
      '[订单] 8192',
    ])
  })
})

describe('why me', () => {
  const of = (owner_id: string | null, owner_name: string | null) => ({ owner_id, owner_name })

  it('asks of whoever owns the conversation', () => {
    expect(whyButton(of('a1', '彩电卖家:阿敏'), 'a1')).toBe('为什么是我？')
    expect(whyButton(of('a2', '彩电卖家:小李'), 'a1'), 'a button has no room for names').toBe('为什么是 TA？')
    expect(whyTitle(of('a2', '彩电卖家:小李'), 'a1'), 'the dialog names the seat').toBe('为什么是小李？')
    expect(whyTitle(of(null, null), 'a1'), 'nobody has no name').toBe('为何未分流？')
  })

  it('a seat inside a sentence is written as a sentence writes it', () => {
    const me = seatWithin('彩电卖家:阿敏', '彩电卖家:阿敏')
    expect(m.assigned_by_note({ by: me, to: '小李', note: '尺码' })).toBe('我 转交给 小李：尺码')
    speak('en')
    const mine = seatWithin('彩电卖家:阿敏', '彩电卖家:阿敏')
    expect(m.assigned_by({ by: mine, to: seatWithin('彩电卖家:小李', '彩电卖家:阿敏') })).toBe(
      'Transferred to 小李 by me',
    )
    expect(climbWords(mine, '小李')).toBe('Not handled by me; handed on to 小李')
    expect(m.whatif_title({ presence: presenceWithin('offline') })).toBe('Go offline?')
  })
})

describe('the arithmetic in words', () => {
  it('covers every line that the rules write', () => {
    const codes = [
      'received',
      'working_time',
      'plus',
      'earliest_over',
      'never_paused',
      'opened',
      'sensitive_kinds',
      'promised',
      'mail_received',
      'mailbox_checked',
      'ticket_sent',
      'dispute_noticed',
      'stated',
      'due',
    ]
    expect([...LINE_CODES].sort()).toEqual(codes.sort())
  })

  it.each(['zh-CN', 'en'] as const)('no line of %s shows a hole', (locale) => {
    speak(locale)
    const params = {
      at: FROM,
      due: FROM,
      noticed: FROM,
      seconds: '10800',
      unanswered: '3',
      kinds: 'refund,legal',
      funds: 'true',
      working: 'true',
      'reason.code': 'holiday',
      'reason.params.name': '国庆',
      unpublished: '2027',
    }
    for (const code of LINE_CODES)
      expect(lineWords({ code, params }), code).not.toMatch(/[{}?]|undefined|NaN/)
  })

  it('says why an instant is no working time', () => {
    const line = {
      code: 'working_time',
      params: {
        working: 'false',
        'reason.code': 'holiday',
        'reason.params.name': '国庆节',
        'reason.params.date': '2026-10-01',
      },
    }
    expect(lineWords(line)).toBe('非工作时间（节假日 国庆节 2026-10-01）')
  })

  it('sums a clock up in one line', () => {
    const now = Date.parse('2026-11-20T10:32:00Z')
    expect(summaryWords(deadline('plus', { setting: 'reply_working_s', seconds: '10800' }), now)).toBe(
      '工作日 15:39:32 + 3 小时 = 18:39:32(UTC+8)',
    )
    expect(summaryWords(deadline('promised', { at: FROM, seconds: '7200' }), now)).toBe('自动回复承诺 2 小时')
  })
})

describe('errors in words', () => {
  it('every code has a sentence, and internals show their detail small', () => {
    for (const code of [
      'not_found',
      'invalid',
      'stale',
      'cannot_send',
      'disk_full',
      'key_store',
      'internal',
    ] as const) {
      expect(errorWords(new HostError(code, '')), code).not.toBe('')
    }
    expect(errorDetail(new HostError('internal', 'locked (5)'))).toBe('locked (5)')
    expect(errorDetail(new HostError('key_store', 'no such service'))).toBe('no such service')
  })

  it('a detail that knows what to do speaks for itself', () => {
    expect(errorWords(new HostError('invalid', 'full_width_colon'))).toContain('半角冒号')
    expect(storeErrorWords('ERR_TOKEN_EXPIRED')).toContain('重新授权')
    expect(storeErrorWords('E_77'), 'an unknown code is shown').toContain('E_77')
  })

  it('an authorisation is over when the platform or the mailbox says so, and for no other error', () => {
    for (const code of ['ERR_TOKEN_EXPIRED', 'shopee: error_auth', 'mail_oauth_expired'])
      expect(authorisationOver(code), code).toBe(true)
    for (const code of [null, 'network', 'ERR_PERMISSION', 'E_77'])
      expect(authorisationOver(code), String(code)).toBe(false)
  })
})
