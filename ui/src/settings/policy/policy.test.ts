import { describe, expect, it } from 'vitest'
import type { PolicyEntryDto } from '../../ipc/client'
import { FakePolicy } from '../../ipc/fake/policy'
import { HostError } from '../../ipc/host'
import { PolicyState } from './policy.svelte'

async function opened() {
  const state = new PolicyState(new FakePolicy())
  await state.load()
  const entry = (path: string): PolicyEntryDto => state.page.value!.entries.find((e) => e.path === path)!
  return { state, entry }
}

describe('a number of the rules', () => {
  it('is changed in its field, says whose it is, and goes back', async () => {
    const { state, entry } = await opened()
    state.edit(entry('reply_working_s'))
    expect(state.draft, 'three hours in minutes').toEqual(['180'])
    state.draft = ['120']
    expect(await state.save(entry('reply_working_s'))).toBe(true)
    expect(state.editing, 'the field closes').toBeNull()
    expect(entry('reply_working_s')).toMatchObject({ changed: true, source: 'own', value: { value: 7200 } })
    await state.restore('reply_working_s')
    expect(entry('reply_working_s')).toMatchObject({ changed: false, value: { value: 10_800 } })
  })

  it('stays in its field when it is unreadable or refused', async () => {
    const { state, entry } = await opened()
    state.edit(entry('reply_working_s'))
    state.draft = ['soon']
    expect(await state.save(entry('reply_working_s'))).toBe(false)
    expect(state.wrong, 'said beside the field').toEqual([0])
    state.draft = ['0']
    expect(await state.save(entry('reply_working_s'))).toBe(false)
    expect(state.task.error).toBeInstanceOf(HostError)
    expect(state.editing, 'what was typed is not lost').toBe('reply_working_s')
  })
})

describe('the working calendar', () => {
  it('takes in a year from a file and gives it back', async () => {
    const { state } = await opened()
    const years = () => state.page.value!.years.map((year) => year.year)
    const before = years()
    const text = '{"year":2027,"source":"test","date":"2026-11-01","holidays":[],"working":[]}'
    expect(await state.importFile({ text: async () => text })).toBe(true)
    expect(years()).toEqual([...before, 2027])
    expect(await state.importFile({ text: async () => 'no calendar' })).toBe(false)
    expect(state.task.error?.code, 'a file that is none is refused in words').toBe('invalid')
    await state.forget(2027)
    expect(years()).toEqual(before)
  })
})
