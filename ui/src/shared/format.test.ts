import { afterEach, describe, expect, it } from 'vitest'
import { chipWords, clockTone, leftWords, portion, toneOf } from './due'
import {
  ago,
  dayName,
  fileSize,
  localTime,
  moment,
  momentWithin,
  money,
  ruleSpan,
  shortNumber,
  shortSpan,
  span,
  spacedNumber,
  stopwatch,
  whenWords,
} from './format'
import { speak } from './locale.svelte'
import { colourOf, initialsOf, isEmojiOnly, seatName } from './person'

const at = (text: string) => Date.parse(text)
const NOW = at('2026-11-20T18:32:00+08:00')
const MIN = 60_000
const HOUR = 60 * MIN

afterEach(() => speak('zh-CN'))

describe('times', () => {
  it.each([
    [0, '00:00:00'],
    [7 * MIN + 32_000, '00:07:32'],
    [100 * HOUR, '100:00:00'],
    [-5, '00:00:00'],
  ])('a stopwatch of %d ms reads %s', (ms, words) => {
    expect(stopwatch(ms), 'hours grow without a mask').toBe(words)
  })

  it.each([
    [7 * MIN + 32_000, '7 分 32 秒', '7 min 32 s'],
    [2 * HOUR + 10 * MIN, '2 小时 10 分', '2 h 10 min'],
    [3 * HOUR, '3 小时', '3 h'],
    [76 * HOUR, '3 天 4 小时', '3 d 4 h'],
    [0, '0 秒', '0 s'],
  ])('a length of %d ms has at most two units', (ms, zh, en) => {
    expect(span(ms)).toBe(zh)
    speak('en')
    expect(span(ms), 'the same length in English').toBe(en)
  })

  it('a chip says hours in one character', () => {
    expect(shortSpan(2 * HOUR + 10 * MIN + 5000), 'and no seconds').toBe('2 时 10 分')
  })

  it('a rule’s length is told in hours, as the platforms tell it', () => {
    expect([3, 24, 72].map((h) => ruleSpan(h * HOUR))).toEqual(['3 小时', '24 小时', '72 小时'])
    expect(ruleSpan(10 * MIN), 'minutes alone are no marks').toBe('10 分钟')
    expect(ruleSpan(96 * HOUR), 'beyond that nobody counts hours').toBe('4 天')
    expect(ruleSpan(25 * HOUR + MIN), 'what is no full hour is no rule').toBe('1 天 1 小时')
  })

  it('how long ago has its number apart from its words', () => {
    expect(ago(NOW - 12 * 24 * HOUR, NOW)).toBe('12 天前')
    expect(ago(NOW - 5 * HOUR, NOW)).toBe('5 小时前')
    expect(dayName(at('2026-11-17T12:00:00+08:00'), NOW)).toBe('11月17日 周二')
    speak('en')
    expect(ago(NOW - 12 * 24 * HOUR, NOW)).toBe('12 days ago')
  })

  it('a country’s clocks read from the earliest to the latest of its zones', () => {
    expect(localTime('SG', NOW), 'one zone, one time').toBe('18:32')
    expect(localTime('ES', NOW), 'the Canaries are an hour behind Madrid').toBe('10:32–11:32')
    expect(localTime('US', NOW).slice(0, 5), 'Honolulu is behind all others').toBe('00:32')
    expect([localTime('ZZ', NOW), localTime('not a country', NOW)], 'an unknown country has no time').toEqual(
      ['', ''],
    )
  })

  it('days are those of UTC+8, wherever this computer stands', () => {
    expect(dayName(at('2026-11-20T16:30:00Z'), NOW), '00:30 in Beijing is tomorrow').toBe('明天')
    expect(dayName(at('2026-11-19T15:59:00Z'), NOW), '23:59 in Beijing is yesterday').toBe('昨天')
    expect(moment(at('2026-11-21T15:39:00+08:00'), NOW)).toBe('明天 15:39')
    expect(moment(at('2026-11-23T07:32:00+08:00'), NOW)).toBe('11-23 07:32')
  })
})

describe('times inside a sentence', () => {
  const times = [
    '2026-11-20T15:39:00+08:00',
    '2026-11-19T15:39:00+08:00',
    '2026-11-21T15:39:00+08:00',
    '2026-11-03T15:39:00+08:00',
  ]
  it('say when in English as English does', () => {
    speak('en')
    expect(times.map((t) => `Came ${whenWords(at(t), NOW)}`)).toEqual([
      'Came at 15:39',
      'Came yesterday at 15:39',
      'Came tomorrow at 15:39',
      'Came on Nov 3 at 15:39',
    ])
    expect(times.map((t) => `until ${momentWithin(at(t), NOW)}`)).toEqual([
      'until 15:39',
      'until yesterday 15:39',
      'until tomorrow 15:39',
      'until Nov 3 15:39',
    ])
    expect(moment(at(times[1]!), NOW), 'alone it begins with a capital').toBe('Yesterday 15:39')
  })
  it('are the same in Chinese wherever they stand', () => {
    for (const t of times)
      expect([whenWords(at(t), NOW), momentWithin(at(t), NOW)]).toEqual(Array(2).fill(moment(at(t), NOW)))
  })
})

describe('deadlines', () => {
  it.each([
    [-1, 'red'],
    [10 * MIN, 'red'],
    [10 * MIN + 1, 'amber'],
    [HOUR, 'amber'],
    [HOUR + 1, 'calm'],
  ] as const)('%d ms before a deadline it is %s', (left, tone) => {
    expect(toneOf(NOW + left, NOW), 'red within ten minutes, amber within an hour').toBe(tone)
  })

  it('a promise of ours that is past needs care but is not the platform’s red', () => {
    expect(clockTone('team_promise', NOW - HOUR, NOW)).toBe('amber')
    expect(clockTone('reply', NOW - HOUR, NOW)).toBe('red')
  })

  it('a chip rounds down, so that nobody gains a minute', () => {
    expect(chipWords(NOW + 7 * MIN + 59_000, NOW)).toBe('7 分')
    expect(chipWords(NOW + 59_000, NOW), 'the last minute counts in seconds').toBe('59 秒')
    expect(chipWords(NOW - 4000, NOW), 'minutes and seconds just after').toBe('超 00:04')
    expect(chipWords(NOW - 140 * MIN, NOW)).toBe('超 2 时 20 分')
    expect(chipWords(NOW + 17 * HOUR, NOW), 'another day is named').toBe('明天 11:32')
  })

  it('what is left of a clock reads as in the side column', () => {
    expect(leftWords(NOW + 452_000, NOW)).toBe('7 分 32 秒')
    expect(leftWords(NOW - 52 * MIN, NOW)).toBe('已超 52 分')
    expect(leftWords(NOW + 21 * HOUR, NOW)).toBe('明天 15:32')
  })

  it('a meter stays between empty and full', () => {
    expect([
      portion(NOW, NOW + HOUR, NOW - HOUR),
      portion(NOW - HOUR, NOW + HOUR, NOW),
      portion(NOW, NOW, NOW),
    ]).toEqual([0, 0.5, 1])
  })
})

describe('numbers and names', () => {
  it('long numbers keep both ends', () => {
    expect(shortNumber('8192003312764471')).toBe('8192…4471')
    expect(spacedNumber('8192003312764471')).toBe('8192 0033 1276 4471')
    expect(spacedNumber('241118K7QX3RB2'), 'a number with letters is left as it is').toBe('241118K7QX3RB2')
  })

  it('an amount stays as the platform wrote it', () => {
    expect(money('12,40', 'EUR')).toBe('12,40 €')
    expect(money('5', 'points'), 'not a currency code').toBe('5 points')
    expect(money('2 310,00', 'RUB')).toBe('2 310,00 ₽')
    expect([money('23.90', 'SGD'), money('23.90', 'USD')], 'dollars say whose they are').toEqual([
      '23.90 SGD',
      '23.90 US$',
    ])
  })

  it.each([
    ['María G.', 'MG'],
    ['Дмитрий К.', 'ДК'],
    ['عبد الله', 'عا'],
    ['小李', '小'],
    ['jia_hui88', 'JH'],
    ['8812', '#'],
  ])('%s is drawn as %s', (name, letters) => {
    expect(initialsOf(name)).toBe(letters)
    expect(colourOf(name), 'the same colour every time').toBe(colourOf(name))
  })

  it('a seat is called by what stands after the colon', () => {
    expect([seatName('彩电卖家:小李'), seatName('彩电卖家')]).toEqual(['小李', '彩电卖家'])
  })

  it.each([
    ['🙏', true],
    ['👍🏽 👨‍👩‍👧', true],
    ['🇪🇸', true],
    ['ok 🙏', false],
    ['123', false],
    ['', false],
  ])('%j is emoji alone: %s', (text, yes) => {
    expect(isEmojiOnly(text), 'digits are no emoji although Unicode lists them').toBe(yes)
  })

  it('file sizes carry a unit', () => {
    expect(fileSize(184_220)).toMatch(/184[.,]2\s?kB/i)
    expect(fileSize(412)).toMatch(/^412\s?B$/)
    speak('en')
    expect(fileSize(412)).toBe('412 bytes')
  })
})
