import { afterEach, describe, expect, it } from 'vitest'
import { dayWords, monthsLater, monthWords, parseDay, statedDay, today, weeksOf } from './day'
import { speak } from './locale.svelte'

const NOW = Date.parse('2026-11-20T18:00:00Z')
afterEach(() => speak('zh-CN'))

describe('days', () => {
  it.each([
    ['2026-11-20', '2026-11-20'],
    ['2026/1/5', '2026-01-05'],
    [' 2026.11.20 ', '2026-11-20'],
    ['２０２６－１１－２０', '2026-11-20'],
    ['2026年11月20日', '2026-11-20'],
    ['20261120', '2026-11-20'],
    ['11-3', '2026-11-03'],
    ['11月3日', '2026-11-03'],
    ['Nov 20, 2026', '2026-11-20'],
    ['20 November 2025', '2025-11-20'],
    ['Sept. 3', '2026-09-03'],
    ['2024-02-29', '2024-02-29'],
    ['2026-02-29', null],
    ['2026-13-01', null],
    ['2026-00-10', null],
    ['11/20/2026', null],
    ['Foo 3', null],
    ['yesterday', null],
    ['', null],
  ])('%j is %j', (typed, day) => {
    expect(parseDay(typed, NOW)).toBe(day)
  })

  it('are said in the language of the window, and what is said can be typed', () => {
    expect([dayWords('2026-11-20'), monthWords('2026-11-20')]).toEqual(['2026年11月20日', '2026年11月'])
    expect(parseDay(dayWords('2026-11-20'), NOW)).toBe('2026-11-20')
    speak('en')
    expect([dayWords('2026-11-20'), monthWords('2026-11-20')]).toEqual(['Nov 20, 2026', 'November 2026'])
    expect(parseDay(dayWords('2026-11-20'), NOW)).toBe('2026-11-20')
  })

  it('which a file states are said the same way, and as they stand where they are none', () => {
    speak('zh-CN')
    expect([statedDay('2026-03-01'), statedDay('spring'), statedDay('')]).toEqual([
      '2026年3月1日',
      'spring',
      '',
    ])
  })

  it('change at midnight in UTC+8', () => {
    expect([today(NOW - 7_200_001), today(NOW - 7_200_000)]).toEqual(['2026-11-20', '2026-11-21'])
  })

  it('a month later is a day that month has', () => {
    expect([
      monthsLater('2026-01-31', 1),
      monthsLater('2024-03-31', -1),
      monthsLater('2026-12-15', 1),
    ]).toEqual(['2026-02-28', '2024-02-29', '2027-01-15'])
  })

  it('a month is shown in whole weeks from Monday on', () => {
    const weeks = weeksOf('2026-11-20')
    expect([weeks.length, weeks[0]![0], weeks.at(-1)![6]]).toEqual([6, '2026-10-26', '2026-12-06'])
    expect(weeksOf('2021-02-10').flat(), 'four weeks exactly').toHaveLength(28)
  })
})
