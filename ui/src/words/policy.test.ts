import { afterEach, describe, expect, it } from 'vitest'
import { speak } from '../shared/locale.svelte'
import { policySource } from './policy'

afterEach(() => speak('zh-CN'))

describe('where a number comes from', () => {
  it.each([
    ['MSG 3-6-24: 工作时间内 ≤3小时', '买家消息规则：3-6-24: 工作时间内 ≤3小时'],
    ['EK 12.3: 30天内', '旺旺分流规则：12.3: 30天内'],
    ['D', '潮铃默认'],
    ['MSG', '买家消息规则'],
    ['国务院办公厅关于2026年部分节假日安排的通知', '国务院办公厅关于2026年部分节假日安排的通知'],
    ['Shopee: timestamp', 'Shopee: timestamp'],
    ['DHL 3', 'DHL 3'],
    ['', ''],
  ])('%j reads %j', (source, words) => {
    expect(policySource(source)).toBe(words)
  })
  it('reads in English, too', () => {
    speak('en')
    expect(policySource('D')).toBe("Tidebell's default")
  })
})
