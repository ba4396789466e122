import { describe, expect, it } from 'vitest'
import shipped from '../../../../src-tauri/crates/rules/data/policy.json'
import { policyOf } from '../../ipc/fake/policy'
import { POLICY_WORDS, policyWords } from '../../words/policy'
import { draftOf, valueOf, wrongFields } from './text'

describe('the fields of a number of the rules', () => {
  it('give back every shipped value that they show', () => {
    const entries = policyOf(shipped)
    expect(entries.length).toBeGreaterThan(25)
    for (const { path, value } of entries) expect(valueOf(draftOf(value), value), path).toEqual(value)
  })

  it('have words for every number that Tidebell ships', () => {
    for (const { path } of policyOf(shipped)) expect(Object.keys(POLICY_WORDS), path).toContain(path)
    expect(policyWords('alerts.new_number_s'), 'a newer host stays readable').toBe('alerts new number s')
  })

  it('read minutes before, at and after a deadline', () => {
    const like = { kind: 'stages', value: [] } as const
    expect(valueOf(['60，30、10, 0, +5'], { ...like, value: [] })).toEqual({
      kind: 'stages',
      value: [-3600, -1800, -600, 0, 300],
    })
    expect(valueOf([''], { ...like, value: [] }), 'no alerts at all is a choice').toEqual({
      kind: 'stages',
      value: [],
    })
    expect(valueOf(['-5'], { ...like, value: [] }), 'a minus says nothing clear').toBeNull()
    expect(valueOf(['soon'], { ...like, value: [] })).toBeNull()
  })

  it('read times as a Chinese keyboard types them', () => {
    const like = { kind: 'spans' as const, value: [] as string[] }
    expect(valueOf(['22：30～07：30，12:00-12:45'], like)).toEqual({
      kind: 'spans',
      value: ['22:30-07:30', '12:00-12:45'],
    })
    expect(valueOf(['9-17'], like), 'hours alone are no times').toBeNull()
  })

  it('say which day of a week cannot be read, and blame no other', () => {
    const like = { kind: 'week' as const, value: [] as string[][] }
    expect(wrongFields(['9-17', '09:00-22:00', '', 'soon'], like)).toEqual([0, 3])
    expect(wrongFields(['09:00-22:00', ''], like)).toEqual([])
    expect(wrongFields(['soon'], { kind: 'count', value: 3 })).toEqual([0])
    expect(wrongFields(['3'], { kind: 'count', value: 3 })).toEqual([])
  })

  it('read half hours and refuse half counts', () => {
    expect(valueOf(['0.5'], { kind: 'seconds', value: 0 })).toEqual({ kind: 'seconds', value: 30 })
    expect(valueOf(['2.5'], { kind: 'count', value: 3 })).toBeNull()
    expect(valueOf([''], { kind: 'seconds', value: 0 })).toBeNull()
  })
})
