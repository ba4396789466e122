import { describe, expect, it } from 'vitest'
import { weightOf } from './weight'

describe('a weight as it is typed', () => {
  it.each([
    ['0', 0],
    ['1', 1],
    [' 100 ', 100],
    ['007', 7],
    ['２０', 20],
  ])('%j is %d', (typed, weight) => expect(weightOf(typed)).toBe(weight))

  it.each(['', ' ', '101', '-1', '1.5', '1e2', 'x', '0x1', '1 0', '1000'])('%j is none', (typed) =>
    expect(weightOf(typed)).toBeNull(),
  )
})
