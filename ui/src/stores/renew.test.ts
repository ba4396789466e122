import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { ConnectionDto } from '../ipc/client'
import { freshStore } from '../ipc/fake/seats'
import { DIRECTORY, reportOf } from '../ipc/fake/trials'
import type { Host } from '../ipc/host'
import { until } from '../../tests/until'
import { RenewState } from './renew.svelte'

const kept: ConnectionDto = {
  interface: 'usual',
  name: 'SG',
  host: 'https://openplatform.shopee.cn',
  account: '2001234',
  shop_id: '220011',
  company: '',
  by_browser: false,
  authorised_until: null,
  capabilities: [],
}
const good = reportOf('good', 'shopee', 0)
const host = {
  directory: async () => DIRECTORY,
  storeConnection: vi.fn<Host['storeConnection']>(async () => kept),
  testStore: vi.fn<Host['testStore']>(async () => good),
  changeConnection: vi.fn<Host['changeConnection']>(async (id) => ({ store_id: id, report: good })),
  beginSignIn: vi.fn<Host['beginSignIn']>(async (_, redirect) => ({
    id: 'in1',
    url: 'https://p.example/',
    redirect,
    opened: true,
  })),
  signInAgain: vi.fn<Host['signInAgain']>(async (_id, _secret, redirect) => ({
    id: 'in1',
    url: 'https://p.example/',
    redirect,
    opened: true,
  })),
  finishSignIn: vi.fn<Host['finishSignIn']>(async () => ({ shops: ['220011'], seller: '' })),
  landSignIn: async () => null,
  cancelSignIn: async () => null,
}
beforeEach(() => vi.clearAllMocks())
const store = freshStore('s2', 'SG', 'shopee')

async function renewing(): Promise<RenewState> {
  const state = new RenewState(host)
  await state.open(store, true)
  return state
}

describe('a store that is kept', () => {
  it('is tested as it is, as soon as somebody asks', async () => {
    const state = new RenewState(host)
    await state.open(store, false)
    expect([host.testStore.mock.calls, state.report?.verdict]).toEqual([[['s2']], 'fit'])
  })

  it('says why its form cannot be shown, and shows it once it can', async () => {
    const state = new RenewState({
      ...host,
      directory: vi
        .fn<Host['directory']>()
        .mockRejectedValueOnce(new Error('busy'))
        .mockResolvedValue(DIRECTORY),
    })
    await state.open(store, true)
    expect([state.known, state.unread !== null], 'what the providers are is not known').toEqual([false, true])
    await state.again()
    expect([state.known, state.unread, state.gateway]).toEqual([true, null, 'live_cn'])
    host.storeConnection.mockRejectedValueOnce(new Error('busy'))
    await state.open(store, true)
    expect([state.known, state.unread !== null], 'what is kept is not known').toEqual([false, true])
    await state.again()
    expect([state.known, state.values.account]).toEqual([true, '2001234'])
  })

  it('shows what is kept, without what is secret, and keeps what stays empty', async () => {
    const state = await renewing()
    expect(host.testStore, 'nothing is asked yet').not.toHaveBeenCalled()
    expect([state.gateway, state.values.secret, state.way]).toEqual(['live_cn', '', 'keep'])
    expect(state.fields, 'a store is known by its account').not.toContain('account')
    state.set('name', 'Shopee SG')
    expect([await state.save(false), state.saved]).toEqual([true, true])
    const [id, draft] = host.changeConnection.mock.calls[0]!
    expect([id, draft.name, draft.secret, draft.tokens]).toEqual(['s2', 'Shopee SG', '', { from: 'nothing' }])
  })

  it('wants every secret anew for another address', async () => {
    const state = await renewing()
    state.chooseGateway('sandbox')
    expect([await state.save(false), state.faultShown('secret'), state.tokensMissing]).toEqual([
      false,
      'missing',
      true,
    ])
    state.set('secret', 'k')
    expect(await state.save(false), 'the tokens too').toBe(false)
    state.chooseWay('paste')
    state.set('access_token', 'a')
    state.set('refresh_token', 'r')
    expect(await state.save(false)).toBe(true)
    expect(state.values.access_token, 'no secret stays in the window').toBe('')
  })

  it('is signed in again with the key that is kept', async () => {
    const state = await renewing()
    state.chooseWay('browser')
    await state.startSignIn()
    expect(host.signInAgain.mock.calls[0], 'nothing has to be typed').toEqual(['s2', '', ''])
    expect(await state.save(false)).toBe(true)
    expect(host.changeConnection.mock.calls[0]![1].tokens).toEqual({ from: 'signed_in', id: 'in1' })
  })

  it('refuses the tokens of another shop', async () => {
    host.finishSignIn.mockResolvedValueOnce({ shops: ['990099'], seller: '' })
    const state = await renewing()
    state.chooseWay('browser')
    await state.startSignIn()
    expect([await state.save(false), state.otherShop], 'and says whose they are').toEqual([false, '990099'])
    expect(host.changeConnection).not.toHaveBeenCalled()
  })

  it('stays as it is when its test does not allow the change', async () => {
    host.changeConnection.mockResolvedValueOnce({
      store_id: null,
      report: reportOf('permission', 'shopee', 0),
    })
    const state = await renewing()
    state.set('secret', 'k')
    expect([await state.save(false), state.saved, state.values.secret]).toEqual([false, false, 'k'])
    expect(await state.save(true), 'unless the owner wants it anyway').toBe(true)
    expect(host.changeConnection.mock.calls[1]![2]).toBe(true)
  })

  it('is tested while the test of another one still runs behind a closed window', async () => {
    const state = new RenewState(host)
    host.testStore.mockReturnValueOnce(new Promise(() => undefined))
    void state.open(store, false)
    await until(() => expect(state.task.running).toBe(true))
    state.close()
    await state.open(freshStore('s3', 'MY', 'shopee'), false)
    expect([host.testStore.mock.calls, state.report?.verdict]).toEqual([[['s2'], ['s3']], 'fit'])
  })

  it('asks for another address with what was typed for it', async () => {
    const state = await renewing()
    state.chooseGateway('sandbox')
    state.chooseWay('browser')
    state.set('secret', 'k')
    await state.startSignIn()
    expect(host.signInAgain, 'what is kept leads to the old one').not.toHaveBeenCalled()
    expect(host.beginSignIn.mock.calls[0]![0].host).toContain('sandbox')
  })

  it('goes on with a mailbox as its owner signed in, until another way is chosen', async () => {
    const mailbox = {
      ...kept,
      host: 'imap.gmail.com:993',
      account: 'a@gmail.com',
      shop_id: '',
      by_browser: true,
    }
    host.storeConnection.mockResolvedValue(mailbox)
    const state = new RenewState(host)
    await state.open(freshStore('s5', 'Mail', 'mail'), true)
    expect([state.ways, state.way]).toEqual([['keep', 'browser', 'password'], 'keep'])
    state.set('name', 'Mail 2')
    expect(await state.save(false), 'a name needs no secret').toBe(true)
    expect(host.changeConnection.mock.calls[0]![1].tokens).toEqual({ from: 'nothing' })
    state.renew()
    state.chooseWay('browser')
    await state.startSignIn()
    expect(host.signInAgain.mock.calls[0], 'with the application that is kept').toEqual(['s5', '', ''])
    state.set('client_id', 'id-2')
    expect(
      [await state.save(false), state.faultShown('client_secret')],
      'another one is typed whole',
    ).toEqual([false, 'missing'])
    state.chooseWay('password')
    expect([await state.save(false), state.faultShown('secret')]).toEqual([false, 'missing'])
    host.storeConnection.mockResolvedValue(kept)
  })

  it('gives a store of the Russian interface a new token, and nothing else is asked', async () => {
    const russian: ConnectionDto = {
      ...kept,
      interface: 'russian_local',
      host: 'https://openapi.aliexpress.ru',
      account: 'ru1000',
      shop_id: '',
    }
    host.storeConnection.mockResolvedValue(russian)
    const state = new RenewState(host)
    await state.open(freshStore('s6', 'RU', 'aliexpress'), true)
    expect([state.gateway, state.fields, state.chosen]).toEqual(['russia', ['name', 'host', 'secret'], false])
    state.set('secret', 'd.e.f')
    expect(await state.save(false)).toBe(true)
    expect(host.changeConnection.mock.calls[0]![1]).toMatchObject({
      interface: 'russian_local',
      account: 'ru1000',
      secret: 'd.e.f',
      tokens: { from: 'nothing' },
    })
    state.renew()
    state.chooseGateway('own')
    state.set('host', 'https://other.example')
    expect([await state.save(false), state.faultShown('secret')], 'shown no token that is kept').toEqual([
      false,
      'missing',
    ])
    host.storeConnection.mockResolvedValue(kept)
  })

  it('leaves nothing behind when its window is closed', async () => {
    const state = await renewing()
    state.set('secret', 'k')
    state.close()
    expect([state.store, state.values.secret, state.kept.value]).toEqual([null, '', null])
  })
})
