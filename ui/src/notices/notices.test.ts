import { describe, expect, it } from 'vitest'
import type { NoticeEvent } from '../ipc/client'
import { climbedWords, firedNoticeWords, storeNoticeWords } from '../words/notices'
import { NoticeState } from './notices.svelte'

const notice = (code: string, params: Record<string, string>, id: string | null = null): NoticeEvent => ({
  code,
  conversation_id: id,
  params,
})
const step = { title: 'María G.', from: '彩电卖家:小李', to: '彩电卖家:小王', count: '1' }

describe('notices in the window', () => {
  it('keeps one bar for each store, and the newest of each', () => {
    const state = new NoticeState()
    for (const store of ['A', 'B', 'A']) state.take(notice('store_silent', { store }))
    expect(state.toasts.map((t) => t.notice.params['store'])).toEqual(['B', 'A'])
  })

  it('shows a step of the ladder until its conversation is opened', () => {
    const state = new NoticeState()
    state.take(notice('climbed', step, '7'))
    state.settle('8')
    expect(state.toasts, 'another conversation changes nothing').toHaveLength(1)
    state.settle('7')
    expect(state.toasts, 'somebody looks at it').toHaveLength(0)
  })

  it('lets go of what speaks of a store that is gone, and of nothing else', () => {
    const state = new NoticeState()
    for (const store_id of ['1', '2']) state.take(notice('store_silent', { store: store_id, store_id }))
    state.take(notice('climbed', { ...step, store_id: '2' }, '7'))
    state.take(notice('closed_to_tray', {}))
    const told = () => state.toasts.map((t) => `${t.notice.code} ${t.notice.params['store_id'] ?? ''}`.trim())
    state.known([{ id: '1' }, { id: '2' }])
    expect(told(), 'both are there').toHaveLength(4)
    state.known([{ id: '1' }])
    expect(told(), 'the second was removed').toEqual(['store_silent 1', 'closed_to_tray'])
    state.known([])
    expect(told(), 'none is left').toEqual(['closed_to_tray'])
  })

  it('does not show a second time what the system shows', () => {
    const state = new NoticeState()
    for (const code of ['alert', 'digest', 'fired']) state.take(notice(code, step, '7'))
    expect(state.toasts).toHaveLength(0)
  })
})

describe('their words', () => {
  it('name who did not act and who was asked', () => {
    expect(climbedWords(notice('climbed', step))).toBe('María G.：小李 未处理，已请 小王 跟进')
    expect(climbedWords(notice('climbed', { ...step, from: '', to: '' }))).toContain('企业微信群')
    expect(climbedWords(notice('climbed', { ...step, count: '3' }))).toContain('3 个会话')
  })

  it('say which rule fired, or how many', () => {
    const words = (count: string) =>
      firedNoticeWords(notice('fired', { rule: '退货', title: 'María G.', count }))
    expect(words('1')).toBe('规则“退货”触发：María G.')
    expect(words('3')).toContain('3 条规则')
  })

  it('tell a silent store from one whose owner must act', () => {
    const words = (owner: string) => storeNoticeWords(notice('store_silent', { store: 'SG', owner }))
    expect([words('true'), words('false')]).toEqual([
      expect.stringContaining('需要您处理'),
      expect.stringContaining('收不到新消息'),
    ])
  })

  it('say when an authorisation ends, and nothing of notices that are about no store', () => {
    const ending = storeNoticeWords(notice('authorisation_ends', { store: 'SG', count: '6' }))
    expect(ending, 'which store and how long').toMatch(/SG.*6 天/)
    expect(storeNoticeWords(notice('climbed', step)), 'the ladder has words of its own').toBe('')
  })
})
