import { describe, expect, it, vi } from 'vitest'
import type { PushDto, StoreRow } from '../ipc/client'
import { HostError } from '../ipc/host'
import { freshStore } from '../ipc/fake/seats'
import { isPublic, PushState, type PushHost } from './push.svelte'

const store: StoreRow = freshStore('s2', 'Shopee SG', 'shopee')
const off: PushDto = {
  on: false,
  state: 'off',
  address: '',
  callback: null,
  local: null,
  own_key: false,
  stores: ['Shopee SG'],
  taken: 0,
  refused: 0,
  waiting: 0,
  last_at: null,
}

async function opened(set: PushHost['setPushReceiver'], kept = off): Promise<PushState> {
  const push = new PushState({ pushReceiver: async () => kept, setPushReceiver: set })
  await push.open(store)
  return push
}

describe('the receiver of pushes', () => {
  it.each([
    ['https://relay.example.com', true],
    [' https://relay.example.com/tide ', true],
    ['http://127.0.0.1:8716', true],
    ['http://relay.example.com', false],
    ['relay.example.com', false],
    ['https://relay.example.com/?to=me', false],
    ['https://relay', false],
  ])('%s is an address that the platform calls: %s', (typed, is) => {
    expect(isPublic(typed), 'said before anything is sent').toBe(is)
  })

  it('is not switched on without an address', async () => {
    const set = vi.fn(async () => off)
    const push = await opened(set)
    push.values.on = true
    expect([await push.save(), push.fault], 'the field says so').toEqual([false, true])
    expect(set, 'the host is not asked').not.toHaveBeenCalled()
  })

  it('keeps the key that is kept, and forgets the one that was typed', async () => {
    const set = vi.fn(async () => ({ ...off, on: true, address: 'https://relay.example.com', own_key: true }))
    const push = await opened(set)
    push.values = { on: true, address: ' https://relay.example.com ', key: '' }
    expect(await push.save(), 'it is kept').toBe(true)
    expect(set, 'nothing typed changes no key').toHaveBeenLastCalledWith('s2', {
      on: true,
      address: 'https://relay.example.com',
      key: null,
    })
    push.values.key = 'shpk-secret'
    await push.save()
    expect([push.values.key, push.saved], 'no secret stays in the window').toEqual(['', true])
    await push.dropKey()
    expect(set, 'an empty one takes it away').toHaveBeenLastCalledWith(
      's2',
      expect.objectContaining({ key: '' }),
    )
  })

  it('keeps what was typed when the host refuses', async () => {
    const push = await opened(() => Promise.reject(new HostError('key_store', 'locked')))
    push.values = { on: true, address: 'https://relay.example.com', key: 'k' }
    expect([await push.save(), push.values.key, push.saved], 'so that it can be tried again').toEqual([
      false,
      'k',
      false,
    ])
    push.close()
    expect(push.values.key, 'but not after the dialog').toBe('')
  })
})
