import { describe, expect, it, vi } from 'vitest'
import { HostError } from '../ipc/host'
import { BridgeState, bridgeFault, firstCall } from './bridge.svelte'

const key = { store_id: 's9', address: 'http://127.0.0.1:8715', token: 'tbr_abc' }

describe('the form that makes a bridge', () => {
  it.each([
    ['name', ' ', 'missing'],
    ['label', 'Lazada', null],
    ['webhook', '', null],
    ['webhook', 'http://127.0.0.1:9000/tidebell', null],
    ['webhook', 'http://localhost:9000', null],
    ['webhook', 'https://erp.example/hook', 'webhook'],
    ['webhook', 'http://127.0.0.1.shop.example/', 'webhook'],
  ] as const)('%s = %j is %s', (field, value, fault) => {
    expect(bridgeFault(field, value), 'said before anything is sent').toBe(fault)
  })

  it('sends nothing while a field is missing', async () => {
    const createBridge = vi.fn(async () => key)
    const bridge = new BridgeState({ createBridge })
    expect([await bridge.create(), bridge.faultOf('name')], 'the field says so').toEqual([false, 'missing'])
    expect(createBridge, 'the host is not asked').not.toHaveBeenCalled()
  })

  it('shows the key until it is put away, and then has it no more', async () => {
    const bridge = new BridgeState({ createBridge: async () => key })
    bridge.values = { name: ' MY ', label: 'Lazada', webhook: '' }
    expect(await bridge.create(), 'it is made').toBe(true)
    expect(bridge.key, 'the owner gives it to the program').toEqual(key)
    expect(firstCall(key), 'with a call that works as it stands').toContain('Bearer tbr_abc')
    bridge.reset()
    expect([bridge.key, bridge.values.name], 'nothing of it stays').toEqual([null, ''])
  })

  it('keeps what was typed when the host refuses', async () => {
    const refused = async () => Promise.reject(new HostError('key_store', 'locked'))
    const bridge = new BridgeState({ createBridge: refused })
    bridge.values = { name: 'MY', label: 'Lazada', webhook: '' }
    expect(await bridge.create(), 'it is not made').toBe(false)
    expect([bridge.values.name, bridge.task.error?.code], 'the cause is shown').toEqual(['MY', 'key_store'])
  })
})
