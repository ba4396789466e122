import { describe, expect, it, vi } from 'vitest'
import { HostError } from '../ipc/host'
import { ConnectState, faultOf, type DirectStore } from './connect.svelte'

const createBridge = async () => ({ store_id: 's9', address: 'http://127.0.0.1:8715', token: 'tbr_abc' })
const shopee: DirectStore = {
  platform: 'shopee',
  name: 'SG',
  host: 'https://partner.shopeemobile.com',
  account: '2001234',
  shop_id: '220011',
  secret: 'k',
  access_token: 'a',
  refresh_token: 'r',
}

describe('the form that connects a store', () => {
  it.each([
    ['name', ' ', 'missing'],
    ['host', 'not a host', 'host'],
    ['host', 'http://127.0.0.1:8080', null],
    ['host', 'imap.彩电.com:993', null],
    ['account', 'abc', 'digits'],
    ['shop_id', '22-0011', 'digits'],
    ['access_token', 'a b', 'spaces'],
    ['refresh_token', '', 'missing'],
  ] as const)('%s = %j is %s', (field, value, fault) => {
    expect(faultOf({ ...shopee, [field]: value }, field), 'said before anything is sent').toBe(fault)
  })

  it('lets AliExpress do without a refresh token and mail keep spaces in its password', () => {
    expect(faultOf({ ...shopee, platform: 'aliexpress', refresh_token: '' }, 'refresh_token')).toBeNull()
    expect(faultOf({ ...shopee, platform: 'mail', secret: 'ab cd ef' }, 'secret')).toBeNull()
  })

  it('sends nothing while a field is wrong, then forgets the secrets', async () => {
    const connectStore = vi.fn(async () => 's9')
    const state = new ConnectState({ connectStore, createBridge })
    expect(await state.connect(), 'empty').toBe(false)
    expect(connectStore).not.toHaveBeenCalled()
    state.store = { ...shopee, account: ' 2001234 ' }
    expect(await state.connect()).toBe(true)
    expect(connectStore.mock.calls[0], 'copied spaces are taken off').toEqual([shopee])
    expect(state.store.secret, 'no secret stays in the window').toBe('')
  })

  it('keeps what was typed when the platform refuses', async () => {
    const state = new ConnectState({
      createBridge,
      connectStore: async () => {
        throw new HostError('invalid', 'ERR_AUTH_MISMATCH')
      },
    })
    state.store = { ...shopee }
    expect(await state.connect()).toBe(false)
    expect([state.store.account, state.task.error?.detail]).toEqual(['2001234', 'ERR_AUTH_MISMATCH'])
  })

  it('a bridge is made, and stays open until its key is put away', async () => {
    const connectStore = vi.fn(async () => 's1')
    const state = new ConnectState({ connectStore, createBridge })
    state.choose('bridge')
    state.bridge.values = { name: 'MY', label: 'Lazada', webhook: '' }
    expect(await state.connect(), 'the dialog must not close on the key').toBe(false)
    expect([state.bridge.key?.token, connectStore.mock.calls.length], 'no store is connected').toEqual([
      'tbr_abc',
      0,
    ])
    state.reset()
    expect([state.bridged, state.bridge.key], 'the next one begins anew').toEqual([false, null])
  })
})
