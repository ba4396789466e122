import { describe, expect, it } from 'vitest'
import { PAST, stack, surface, TideScale, waterPath } from './scale'

const NOW = Date.parse('2026-11-20T10:32:00Z')
const HOUR = 3_600_000
const night = { from: new Date(NOW + 3 * HOUR).toISOString(), to: new Date(NOW + 14 * HOUR).toISOString() }
const scale = new TideScale(NOW, NOW + 24 * HOUR, 900, [night])

describe('the tide line', () => {
  it('runs from left to right without turning back', () => {
    const xs = Array.from({ length: 97 }, (_, i) => scale.x(NOW + (i * HOUR) / 4))
    expect(
      xs.every((x, i) => i === 0 || x >= xs[i - 1]!),
      'later is never further left',
    ).toBe(true)
    expect(xs[0], 'now is where the red line stands').toBe(PAST)
    expect(xs.at(-1)).toBeLessThanOrEqual(900)
  })

  it('draws the next hour wide and hours off narrow', () => {
    const width = (from: number) => scale.x(NOW + (from + 1) * HOUR) - scale.x(NOW + from * HOUR)
    expect(width(0), 'eyes are needed there').toBeGreaterThan(width(1))
    expect(width(5), 'nobody works then').toBeLessThan(width(1))
  })

  it('keeps what is overdue in the strip left of now', () => {
    for (const hours of [0.01, 1, 12, 400]) {
      const x = scale.x(NOW - hours * HOUR)
      expect(x, `${hours} h ago`).toBeLessThan(PAST)
      expect(x, `${hours} h ago is still on the line`).toBeGreaterThan(4)
    }
  })

  it('gives the words of the hours room', () => {
    const ticks = scale.ticks()
    expect(ticks.length).toBeGreaterThan(3)
    expect(
      ticks.every((t, i) => i === 0 || t.x - ticks[i - 1]!.x >= 62),
      'no two labels overlap',
    ).toBe(true)
  })

  it('lifts dots that would cover each other', () => {
    expect(stack([100, 104, 150])).toEqual([0, 1, 0])
  })

  it('stands higher where more is due', () => {
    const heights = surface([400, 405, 410, 415], 900)
    expect(heights[Math.round((405 / 900) * 48)]!).toBeGreaterThan(heights[0]! + 5)
    expect(Math.max(...heights), 'the water never hides the hours').toBeLessThan(30)
    expect(waterPath(heights, 900, 64)).toMatch(/^M0 .* H0 Z$/)
  })
})
