import { describe, expect, it } from 'vitest'
import { dayNumber } from '../shared/format'
import { afloat, PAST, stack, surface, TideScale, waterPath } from './scale'

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

  it('says of the first hour after midnight that it is another day', () => {
    const days = scale.ticks().filter((t) => t.newDay)
    expect(days, 'one midnight lies in 24 hours').toHaveLength(1)
    expect(dayNumber(days[0]!.at) - dayNumber(NOW), 'the day of UTC+8').toBe(1)
  })

  it('lifts dots that would cover each other', () => {
    expect(stack([100, 104, 150])).toEqual([0, 1, 0])
    expect(stack([100, 101, 102, 103]), 'a full stack goes on where it has been empty longest').toEqual([
      0, 1, 2, 0,
    ])
  })

  it('keeps every dot on the line and below the words of the hours', () => {
    for (const count of [1, 2, 3, 40]) {
      const xs = Array.from({ length: count }, (_, i) => 400 + i * 2)
      const ys = afloat(xs, surface(xs, 900), 900)
      expect(Math.max(...ys), `${count} dots close together`).toBeLessThanOrEqual(39)
      expect(Math.min(...ys), `${count} dots close together`).toBeGreaterThan(4)
    }
  })

  it('lets no dot hide another while there is a free storey', () => {
    // A pair at the edge of a crowd: its two storeys belong to one stack.
    const xs = [300, 303, 312, 324, 330, 336, 348]
    const ys = afloat(xs, surface(xs, 900), 900)
    const near = xs.flatMap((x, i) =>
      xs.map((other, j) => (i < j ? Math.hypot(other - x, ys[j]! - ys[i]!) : 99)),
    )
    expect(Math.min(...near), 'the centres are apart by a dot').toBeGreaterThanOrEqual(11)
  })

  it('stands higher where more is due', () => {
    const heights = surface([400, 405, 410, 415], 900)
    const few = surface([405], 900)
    const at = (all: number[]) => all[Math.round((405 / 900) * (all.length - 1))]!
    expect(at(heights), 'four deadlines are more than one').toBeGreaterThan(at(few) + 5)
    expect(at(few), 'one deadline is more than none').toBeGreaterThan(heights[0]! + 4)
    expect(
      Math.max(
        ...surface(
          Array.from({ length: 300 }, () => 405),
          900,
        ),
      ),
      'the hours stay dry',
    ).toBeLessThan(40)
    expect(waterPath(heights, 900, 64)).toMatch(/^M0 .* H0 Z$/)
  })
})
