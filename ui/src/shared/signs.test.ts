import { describe, expect, it } from 'vitest'
import { signsOf } from './signs'

const PLATFORMS = ['Shopee', 'AliExpress', '速卖通']

describe('signs for a narrow place', () => {
  it.each([
    [
      ['Shopee SG', 'Shopee MY'],
      ['SG', 'MY'],
    ],
    [
      ['速卖通 · 彩电旗舰店', 'Shopee'],
      ['彩电', 'SH'],
    ],
    [
      ['Shopee Malaysia 2', 'Shopee Malaysia'],
      ['M2', 'MA'],
    ],
    [
      ['admin@彩电.com', 'service@shop.ru'],
      ['A彩', 'SS'],
    ],
    [
      ['Магазин', 'متجر'],
      ['МА', 'مت'],
    ],
    [
      ['· · ·', ''],
      ['#1', '#2'],
    ],
    [
      ['Shopee SG', 'SG 2'],
      ['SG', 'SG2'],
    ],
  ])('%j are %j', (names, signs) => {
    expect(signsOf(names, PLATFORMS)).toEqual(signs)
  })

  it('are never the same, whatever the names are, and have their room', () => {
    const names = [
      '彩电一店',
      '彩电二店',
      '彩电',
      'Shopee SG',
      'Shopee SG',
      'SG',
      'SG1',
      'Sg one',
      ...Array(12).fill('同名店'),
    ]
    const signs = signsOf(names as string[], PLATFORMS)
    expect(new Set(signs).size, signs.join(' ')).toBe(names.length)
    for (const sign of signs)
      expect([...sign].reduce((n, c) => n + (/\p{Script=Han}/u.test(c) ? 2 : 1), 0)).toBeLessThanOrEqual(4)
  })
})
