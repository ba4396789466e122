import { beforeEach, describe, expect, it, vi } from 'vitest'
import { DIRECTORY, reportOf } from '../ipc/fake/trials'
import type { Host } from '../ipc/host'
import { ConnectState } from './connect.svelte'

const never = () => Promise.reject(new Error('nobody signs in'))
const report = reportOf('good', 'aliexpress', 0, 'russian_local')
const host = {
  directory: async () => DIRECTORY,
  testConnection: vi.fn<Host['testConnection']>(async () => report),
  draftFolders: never,
  connectStore: vi.fn<Host['connectStore']>(async () => ({ store_id: 's9', report })),
  beginSignIn: never,
  finishSignIn: never,
  landSignIn: never,
  cancelSignIn: async () => null,
  createBridge: never,
}
beforeEach(() => vi.clearAllMocks())

async function opened(): Promise<ConnectState> {
  const state = new ConnectState(host)
  await state.loadDirectory()
  return state
}

describe('the local interface of AliExpress Russia', () => {
  it('a token from the Russian seller cabinet is all that this interface asks for', async () => {
    const state = await opened()
    state.choose('aliexpress')
    state.set('name', 'RU')
    state.set('account', '500001')
    state.set('secret', 'app-secret')
    state.chooseInterface('russian_local')
    expect([state.gateway, state.values.host]).toEqual(['russia', 'https://openapi.aliexpress.ru'])
    expect([state.values.name, state.values.account, state.values.secret], 'an app key is no login').toEqual([
      'RU',
      '',
      '',
    ])
    expect([state.fields, state.tokenFields, state.chosen], 'no sign-in, no pair of tokens').toEqual([
      ['name', 'host', 'account', 'secret'],
      [],
      false,
    ])
    expect(await state.test(), 'the token is missing').toBe(false)
    state.set('account', ' ru1000 ')
    state.set('secret', ' a.b.c ')
    expect(await state.test()).toBe(true)
    const draft = host.testConnection.mock.calls[0]![0]
    expect(draft).toMatchObject({
      platform: 'aliexpress',
      interface: 'russian_local',
      account: 'ru1000',
      secret: 'a.b.c',
      tokens: { from: 'nothing' },
    })
    state.set('secret', 'a.b .c')
    expect(state.faults.secret, 'broken while copying').toBe('spaces')
    state.chooseInterface('usual')
    expect([state.way, state.gateway, state.chosen], 'and back').toEqual(['browser', 'live', true])
    state.chooseInterface('russian_local')
    state.choose('shopee')
    expect([state.by, state.way, state.draft().interface], 'another platform has no such').toEqual([
      'usual',
      'browser',
      'usual',
    ])
  })
})
