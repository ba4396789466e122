import { describe, expect, it } from 'vitest'
import { DIRECTORY } from '../../ipc/fake/trials'
import { draftOf, EMPTY, faultOf, mailboxOf, providerOf } from './draft'

describe('what is typed of a connection', () => {
  it.each([
    ['shopee', 'name', ' ', 'missing'],
    ['shopee', 'host', 'https://partner.shopeemobile.com', null],
    ['shopee', 'host', 'https://partner.shopeemobile.com/', null],
    ['shopee', 'host', 'http://127.0.0.1:8080', null],
    ['shopee', 'host', 'http://[::1]:8080', null],
    ['shopee', 'host', 'http://partner.shopeemobile.com', 'gateway'],
    ['shopee', 'host', 'http://127.0.0.1.evil.example', 'gateway'],
    ['shopee', 'host', 'partner.shopeemobile.com', 'gateway'],
    ['shopee', 'account', 'abc', 'digits'],
    ['aliexpress', 'account', 'abc', null],
    ['shopee', 'shop_id', '22-0011', 'digits'],
    ['shopee', 'access_token', 'a b', 'spaces'],
    ['mail', 'secret', 'ab cd ef', null],
    ['mail', 'client_id', '17-abc.apps.example.com', null],
    ['mail', 'client_id', '17-abc GOCSPX-1', 'spaces'],
    ['mail', 'client_secret', 'GOCSPX -1', 'spaces'],
    ['mail', 'host', 'imap.彩电.com:993', null],
    ['mail', 'host', 'https://imap.163.com', 'host'],
  ] as const)('%s %s = %j is %s', (platform, field, value, fault) => {
    expect(faultOf(platform, field, value, false), 'said before anything is sent').toBe(fault)
  })

  it('an optional field may be empty, and is checked once it is not', () => {
    expect(faultOf('aliexpress', 'refresh_token', '', true), 'a token may come alone').toBeNull()
    expect(faultOf('aliexpress', 'refresh_token', 'r r', true), 'but not broken').toBe('spaces')
  })

  it.each([
    ['a@163.com', 'netease_163'],
    [' Shop@QQ.com ', 'qq'],
    ['a@foxmail.com', 'qq'],
    ['a@hotmail.com', 'outlook'],
    ['a@彩电.com', undefined],
    ['a@not163.com', undefined],
    ['163.com', undefined],
    ['', undefined],
  ])('the address %j leads to %s', (address, id) => {
    expect(mailboxOf(DIRECTORY, address)?.id, 'by its domain alone').toBe(id)
  })

  it('copied spaces are taken off, but not those of a mail password', () => {
    const values = { ...EMPTY, name: ' A ', account: ' 2001234 ', secret: ' k ', company: ' 公司 ' }
    const nothing = { from: 'nothing' } as const
    const shopee = draftOf('shopee', values, nothing, 'browser')
    expect([shopee.name, shopee.account, shopee.secret, shopee.company]).toEqual([
      'A',
      '2001234',
      'k',
      '公司',
    ])
    expect(draftOf('mail', values, nothing, 'password').secret, 'an app password may have some').toBe(' k ')
    expect(draftOf('mail', values, nothing, 'password').company, 'a mailbox has no company').toBe('')
  })

  it.each([
    ['browser', ' id-1 ', ' s-1 ', 'id-1 s-1'],
    ['browser', 'id-1', '', 'id-1'],
    ['browser', '', '', ''],
    ['keep', 'id-1', 's-1', ''],
  ] as const)('by %s the application %j with %j is kept as %j', (way, client_id, client_secret, secret) => {
    const values = { ...EMPTY, secret: 'a password', client_id, client_secret }
    const from = { from: 'signed_in', id: 'in1' } as const
    expect(draftOf('mail', values, from, way).secret, 'and never a password beside it').toBe(secret)
  })

  it.each([
    ['imap.gmail.com:993', 'gmail'],
    [' Outlook.Office365.com', 'outlook'],
    ['imap.gmail.com.evil.example', undefined],
    ['', undefined],
  ])('the server %j is of %s', (host, id) => {
    expect(providerOf(DIRECTORY, host)?.id, 'also typed by hand, and by its whole name').toBe(id)
  })
})
