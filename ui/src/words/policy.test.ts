import { afterEach, describe, expect, it } from 'vitest'
import year2025 from '../../../src-tauri/crates/rules/data/holidays-2025.json'
import year2026 from '../../../src-tauri/crates/rules/data/holidays-2026.json'
import policy from '../../../src-tauri/crates/rules/data/policy.json'
import { policyOf } from '../ipc/fake/policy'
import { speak } from '../shared/locale.svelte'
import { holidayWords } from './notes'
import { policySource } from './policy'

const HAN = /\p{Script=Han}/u
const YEARS = [year2025, year2026]

afterEach(() => speak('zh-CN'))

describe('where a number comes from', () => {
  it.each([
    ['MSG 3-6-24: 工作时间内 ≤3小时', '买家消息规则 3-6-24：工作时间内 ≤3小时'],
    ['EK 12.3: 30天内', '旺旺分流规则 12.3：30天内'],
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
    expect(policySource('MSG 3-6-24: 工作时间内 ≤3小时')).toBe(
      'Buyer message rules 3-6-24: at most 3 hours in working time',
    )
  })
  it.each([...policyOf(policy), ...YEARS])(
    '$path$year speaks no Chinese in the English window',
    ({ source }) => {
      speak('en')
      expect(policySource(source), source).not.toMatch(HAN)
    },
  )
  it.each(YEARS.flatMap((year) => year.holidays))('nor does $name', ({ name }) => {
    expect(holidayWords(name), 'Chinese keeps its word').toBe(name)
    speak('en')
    expect(holidayWords(name), name).not.toMatch(HAN)
  })
  it('shows what it does not know as it is', () => {
    speak('en')
    expect(policySource('MSG: 一条新规则')).toBe('Buyer message rules: 一条新规则')
    expect(holidayWords('校庆')).toBe('校庆')
  })
})
