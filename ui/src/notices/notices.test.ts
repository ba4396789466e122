import { describe, expect, it } from 'vitest'
import type { NoticeEvent } from '../ipc/client'
import { climbedWords, silentWords } from '../words/notices'
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

  it('does not show a second time what the system shows', () => {
    const state = new NoticeState()
    state.take(notice('alert', step, '7'))
    expect(state.toasts).toHaveLength(0)
  })
})

describe('their words', () => {
  it('name who did not act and who was asked', () => {
    expect(climbedWords(notice('climbed', step))).toBe('María G.：小李 未处理，已请 小王 跟进')
    expect(climbedWords(notice('climbed', { ...step, from: '', to: '' }))).toContain('企业微信群')
    expect(climbedWords(notice('climbed', { ...step, count: '3' }))).toContain('3 个会话')
  })

  it('tell a silent store from one whose owner must act', () => {
    expect(silentWords(notice('store_silent', { store: 'SG', owner: 'true' }))).toContain('需要您处理')
    expect(silentWords(notice('store_silent', { store: 'SG', owner: 'false' }))).toContain('收不到新消息')
  })
})
