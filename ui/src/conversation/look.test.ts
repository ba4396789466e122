import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { HostError } from '../ipc/host'
import { Look, type Place } from './look.svelte'

const PHONE: Place = { conversationId: 'c1', orderNo: 'O1', field: 'phone', masked: '138****5678' }
const ADDRESS: Place = { ...PHONE, field: 'address', masked: 'M** · Madrid, ES, ****' }

function look() {
  const showPersonal = vi.fn(
    async (_: string, orderNo: string, field: string) => `${orderNo} ${field} in full`,
  )
  return { look: new Look({ showPersonal }), showPersonal }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a look at a phone number or an address', () => {
  it('is asked for once a click, and open for a minute', async () => {
    const { look: seen, showPersonal } = look()
    await Promise.all([seen.show(PHONE), seen.show(PHONE)])
    expect(showPersonal, 'a double click is one look').toHaveBeenCalledTimes(1)
    expect(showPersonal).toHaveBeenCalledWith('c1', 'O1', 'phone')
    expect(seen.text(PHONE)).toBe('O1 phone in full')
    expect(seen.text(ADDRESS), 'nothing else is open').toBeNull()
    vi.advanceTimersByTime(59_000)
    expect(seen.text(PHONE), 'still').not.toBeNull()
    vi.advanceTimersByTime(1_000)
    expect(seen.text(PHONE), 'then it closes by itself').toBeNull()
  })

  it('closes the one before, and is closed when the conversation is left', async () => {
    const { look: seen } = look()
    await seen.show(PHONE)
    await seen.show(ADDRESS)
    expect(seen.text(PHONE), 'one at a time').toBeNull()
    expect(seen.text(ADDRESS)).not.toBeNull()
    expect(seen.text({ ...ADDRESS, masked: 'J** · ****' }), 'a field that changed is another').toBeNull()
    seen.close()
    expect(seen.text(ADDRESS)).toBeNull()
  })

  it('drops an answer that comes too late', async () => {
    let give: (text: string) => void = () => undefined
    const seen = new Look({ showPersonal: () => new Promise<string>((done) => (give = done)) })
    const asked = seen.show(PHONE)
    expect(seen.busy(PHONE)).toBe(true)
    seen.close()
    give('too late')
    await asked
    expect(seen.text(PHONE), 'the person is elsewhere').toBeNull()
    expect(seen.busy(PHONE)).toBe(false)
  })

  it('says why it cannot be shown, where it was asked for', async () => {
    const seen = new Look({ showPersonal: () => Promise.reject(new HostError('invalid', 'personal_lost')) })
    await seen.show(PHONE)
    expect(seen.error(PHONE)?.detail).toBe('personal_lost')
    expect(seen.error(ADDRESS)).toBeNull()
    seen.close()
    expect(seen.error(PHONE)).toBeNull()
  })
})
