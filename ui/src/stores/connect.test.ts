import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { MailFolderDto, ReportDto } from '../ipc/client'
import { DIRECTORY, reportOf } from '../ipc/fake/trials'
import { HostError, type Host } from '../ipc/host'
import { until } from '../../tests/until'
import { ConnectState } from './connect.svelte'

const FOLDERS: MailFolderDto[] = [
  { name: 'INBOX', role: 'inbox', read: true },
  { name: 'Junk', role: 'junk', read: false },
  { name: 'Sent', role: 'sent', read: false },
]
const report = (trial: Parameters<typeof reportOf>[0]) => reportOf(trial, 'shopee', 0)
const host = {
  directory: async () => DIRECTORY,
  testConnection: vi.fn<Host['testConnection']>(async () => report('good')),
  draftFolders: vi.fn<Host['draftFolders']>(async ({ folders }) =>
    FOLDERS.map((each) => ({ ...each, read: each.role === 'inbox' || folders.includes(each.name) })),
  ),
  connectStore: vi.fn<Host['connectStore']>(async () => ({ store_id: 's9', report: report('good') })),
  beginSignIn: vi.fn<Host['beginSignIn']>(async (_, redirect) => ({
    id: 'in1',
    url: 'https://p.example/',
    redirect,
    opened: true,
  })),
  finishSignIn: vi.fn<Host['finishSignIn']>(async () => ({ shops: ['220011'], seller: '' })),
  landSignIn: async () => null,
  cancelSignIn: async () => null,
  createBridge: async () => ({ store_id: 's9', address: 'http://127.0.0.1:8715', token: 'tbr_abc' }),
}
beforeEach(() => vi.clearAllMocks())

async function opened(): Promise<ConnectState> {
  const state = new ConnectState(host)
  await state.loadDirectory()
  return state
}
/** Everything that Shopee asks for, pasted. */
async function pasted(): Promise<ConnectState> {
  const state = await opened()
  state.chooseWay('paste')
  const typed = { name: 'SG', account: ' 2001234 ', secret: 'k', shop_id: '220011', access_token: 'a' }
  Object.entries({ ...typed, refresh_token: 'r' }).forEach(([k, v]) => state.set(k as 'name', v))
  return state
}

describe('the form that connects a store', () => {
  it('begins with the usual address of a platform, and takes any other by name or by hand', async () => {
    const state = await opened()
    expect([state.gateway, state.values.host]).toEqual(['live', 'https://partner.shopeemobile.com'])
    state.chooseGateway('live_cn')
    expect(state.values.host, 'by its name').toBe('https://openplatform.shopee.cn')
    state.chooseGateway('own')
    expect([state.values.host, state.faults.host], 'typed by hand').toEqual(['', 'missing'])
    state.choose('aliexpress')
    expect(state.values.host, 'each platform has its own').toBe('https://api-sg.aliexpress.com')
  })

  it('sends nothing while a field is wrong', async () => {
    const state = await opened()
    expect([await state.test(), state.faultShown('name')], 'the field says so').toEqual([false, 'missing'])
    expect(host.testConnection, 'nobody is asked').not.toHaveBeenCalled()
  })

  it('tests first, then keeps, then forgets the secrets', async () => {
    const state = await pasted()
    expect([await state.test(), state.report?.verdict]).toEqual([true, 'fit'])
    const draft = host.testConnection.mock.calls[0]![0]
    expect(draft.account, 'copied spaces are taken off').toBe('2001234')
    expect(draft.tokens).toEqual({ from: 'pasted', access: 'a', refresh: 'r' })
    expect(host.connectStore, 'a test keeps nothing').not.toHaveBeenCalled()
    expect(await state.connect()).toBe(true)
    expect(host.connectStore.mock.calls[0], 'as it was tested').toEqual([draft, false])
    expect(Object.values(state.values).slice(2).join(''), 'no secret stays in the window').toBe('')
  })

  it('asks for a missing permission to be accepted, and stays when the second test finds more', async () => {
    const state = await pasted()
    host.testConnection.mockResolvedValueOnce(report('permission'))
    await state.test()
    host.connectStore.mockResolvedValueOnce({ store_id: null, report: report('frozen') })
    expect(await state.connect(), 'it was frozen meanwhile').toBe(false)
    expect(host.connectStore.mock.calls[0]![1], 'the click on it says so').toBe(true)
    expect([state.report?.verdict, state.values.secret], 'nothing must be typed again').toEqual([
      'unfit',
      'k',
    ])
  })

  it('forgets a test once anything is typed', async () => {
    const state = await pasted()
    await state.test()
    state.set('secret', 'other')
    expect(state.report, 'it was about something else').toBeNull()
  })

  it('a test that ends after the form was put away is not shown in the next one', async () => {
    const state = await pasted()
    let answer: (found: ReportDto) => void = () => undefined
    host.testConnection.mockReturnValueOnce(new Promise((done) => (answer = done)))
    const test = state.test()
    state.reset()
    answer(report('frozen'))
    await test
    expect(state.report, 'it was about what is gone').toBeNull()
  })

  it('keeps what was typed when the host refuses', async () => {
    const state = await pasted()
    host.testConnection.mockRejectedValueOnce(new HostError('invalid', 'connected_already'))
    expect(await state.test()).toBe(false)
    expect([state.values.secret, state.task.error?.detail]).toEqual(['k', 'connected_already'])
  })

  it('signs in with the application, and connects the shop that came back', async () => {
    const state = await opened()
    await state.startSignIn()
    expect(host.beginSignIn, 'without number and key there is no page').not.toHaveBeenCalled()
    expect([state.faultShown('account'), state.faultShown('name')], 'no more is asked').toEqual([
      'missing',
      null,
    ])
    state.set('account', '2001234')
    state.set('secret', 'k')
    state.redirect = ' https://www.example.com/back '
    await state.startSignIn()
    expect(host.beginSignIn.mock.calls[0]![1]).toBe('https://www.example.com/back')
    state.set('name', 'SG')
    expect(await state.test()).toBe(true)
    const { shop_id, tokens } = host.testConnection.mock.calls[0]![0]
    expect([shop_id, tokens]).toEqual(['220011', { from: 'signed_in', id: 'in1' }])
    state.set('account', '2009999')
    expect(state.signIn.phase, 'the tokens belong to the other application').toBe('idle')
  })

  it('lets the owner choose where a main account opens several shops', async () => {
    host.finishSignIn.mockResolvedValueOnce({ shops: ['220011', '220012'], seller: '' })
    const state = await opened()
    for (const [field, value] of [
      ['name', 'SG'],
      ['account', '1'],
      ['secret', 'k'],
    ] as const)
      state.set(field, value)
    await state.startSignIn()
    expect(await state.test(), 'which one is meant').toBe(false)
    state.set('shop_id', '220012')
    expect(await state.test()).toBe(true)
    expect(host.testConnection.mock.calls[0]![0].shop_id).toBe('220012')
  })

  it('finds the server of a mail address, and leaves one alone that was typed', async () => {
    const state = await opened()
    state.choose('mail')
    state.set('account', 'a@163.com')
    expect([state.values.host, state.provider?.secret]).toEqual(['imap.163.com:993', 'code'])
    state.set('host', 'mail.shop.example:993')
    state.set('account', 'ab@163.com')
    expect(state.values.host, 'the owner knows better').toBe('mail.shop.example:993')
    state.set('account', 'ab@qq.com')
    expect(state.values.host, 'another provider').toBe('imap.qq.com:993')
    state.chooseMailbox('exmail')
    state.set('account', 'abc@qq.com')
    expect(state.values.host, 'chosen by name').toBe('imap.exmail.qq.com:993')
  })

  it('offers the browser where a mailbox has that sign-in, and takes no other way where it has only that', async () => {
    const state = await opened()
    state.choose('mail')
    state.set('account', 'a@163.com')
    expect([state.ways, state.way, state.chosen], 'a code is typed there').toEqual([
      ['password'],
      'password',
      false,
    ])
    state.set('account', 'a@gmail.com')
    expect([state.ways, state.way], 'an app password is the usual way').toEqual([
      ['password', 'browser'],
      'password',
    ])
    state.set('account', 'a@outlook.com')
    expect([state.ways, state.way]).toEqual([['browser'], 'browser'])
    expect(state.fields, 'no password is asked for').not.toContain('secret')
    state.choose('shopee')
    expect(state.way, 'a shop has its own').toBe('browser')
  })

  it('signs in to a mailbox with the application of its owner', async () => {
    host.finishSignIn.mockResolvedValueOnce({ shops: [], seller: '' })
    const state = await opened()
    state.choose('mail')
    state.set('name', 'Mail')
    state.set('account', 'a@gmail.com')
    state.chooseWay('browser')
    state.set('client_id', 'id-1')
    await state.startSignIn()
    expect(
      [host.beginSignIn.mock.calls.length, state.faultShown('client_secret')],
      'Google wants both',
    ).toEqual([0, 'missing'])
    state.set('client_secret', 's-1')
    expect(await state.test(), 'nobody has signed in yet').toBe(false)
    await state.startSignIn()
    expect(host.beginSignIn.mock.calls[0]![0].secret).toBe('id-1 s-1')
    expect(await state.test()).toBe(true)
    const { secret, tokens } = host.testConnection.mock.calls[0]![0]
    expect([secret, tokens]).toEqual(['id-1 s-1', { from: 'signed_in', id: 'in1' }])
    state.set('client_id', 'id-2')
    expect(state.signIn.phase, 'the tokens belong to the other application').toBe('idle')
    state.set('account', 'a@qq.com')
    expect([state.way, state.draft().secret, state.draft().tokens], 'a code is typed again').toEqual([
      'password',
      '',
      { from: 'nothing' },
    ])
  })

  it('a bridge is made, and stays open until its key is put away', async () => {
    const state = await opened()
    state.choose('bridge')
    state.bridge.values = { name: 'MY', label: 'Lazada', webhook: '' }
    expect(await state.bridge.create()).toBe(true)
    expect(state.bridge.key?.token, 'the owner gives it to the program').toBe('tbr_abc')
    state.reset()
    expect([state.bridged, state.bridge.key], 'the next one begins anew').toEqual([false, null])
  })
})

describe('the folders of a mailbox that is being connected', () => {
  async function mailbox(): Promise<ConnectState> {
    const state = await opened()
    state.choose('mail')
    const typed = { name: 'Mail', account: 'shop@163.com', secret: 'code' }
    Object.entries(typed).forEach(([k, v]) => state.set(k as 'name', v))
    return state
  }

  it('are asked for once a test has passed, none is picked, and what is picked goes along', async () => {
    const state = await mailbox()
    expect([await state.test(), state.picking]).toEqual([true, true])
    await until(() => expect(state.folders.list.value).toHaveLength(3))
    expect(state.folders.picked, 'the inbox is enough to begin with').toEqual([])
    state.folders.toggle('Junk')
    await state.test()
    await until(() => expect(host.draftFolders).toHaveBeenCalledTimes(2))
    expect(state.folders.picked, 'a second test leaves it as it is').toEqual(['Junk'])
    await state.connect()
    expect(host.connectStore.mock.calls[0]![0].folders).toEqual(['Junk'])
    expect(state.folders.picked, 'and the next mailbox begins anew').toEqual([])
  })

  it('are not asked for where the test failed, or of a shop', async () => {
    const state = await mailbox()
    host.testConnection.mockResolvedValueOnce(report('code'))
    await state.test()
    expect([state.picking, host.draftFolders.mock.calls.length], 'nobody is logged in').toEqual([false, 0])
    const shop = await pasted()
    await shop.test()
    expect([shop.picking, host.draftFolders.mock.calls.length]).toEqual([false, 0])
  })

  it('belong to one account: another one has others', async () => {
    const state = await mailbox()
    await state.test()
    await until(() => expect(state.folders.list.value).toHaveLength(3))
    state.folders.toggle('Junk')
    state.set('account', 'other@163.com')
    expect([state.folders.list.value, state.folders.picked]).toEqual([null, []])
  })

  it('that cannot be told do not stand in the way', async () => {
    const state = await mailbox()
    host.draftFolders.mockRejectedValueOnce(new HostError('internal', 'unreachable'))
    await state.test()
    await until(() => expect(state.folders.list.error?.detail).toBe('unreachable'))
    expect(await state.connect(), 'with the inbox alone').toBe(true)
    expect(host.connectStore.mock.calls[0]![0].folders).toEqual([])
  })
})
