import { afterEach, describe, expect, it } from 'vitest'
import type { MailImportDto } from '../ipc/client'
import { speak } from '../shared/locale.svelte'
import { checkLines, importResult, mailNote } from './mailbox'

const done: MailImportDto = {
  running: false,
  percent: 100,
  mails: 10,
  taken: 7,
  known: 3,
  unreadable: 0,
  faults: [],
  failed: 0,
  stopped: false,
  error: null,
}

afterEach(() => speak('zh-CN'))

describe('an import of mails', () => {
  it('says on the rail how far it is, and nothing once it is over', () => {
    const idle = { backlog: null, checks: [], import: null, missing: [] }
    expect(mailNote({ ...idle, import: { ...done, running: true, percent: 42 } })).toBe('导入 42%')
    expect([{ ...idle, import: done }, idle, null].map(mailNote)).toEqual(['', '', ''])
  })

  it('says how many of how many mails of the server are in', () => {
    expect(
      mailNote({ backlog: null, checks: [], import: null, missing: ['Junk'] }),
      'a folder that is gone is no secret',
    ).not.toBe('')
    expect(mailNote({ backlog: { done: 5_200, total: 10_000 }, checks: [], import: null, missing: [] })).toBe(
      '5200/10000',
    )
  })

  it('says what came in, what was known and what could not be read', () => {
    expect(importResult(done)).toEqual(['导入完成：收入 7 封，原来已有 3 封，无法读取 0 封。'])
    expect(importResult({ ...done, unreadable: 1 })[1], 'and where that is kept').toContain('未能读取')
  })

  it('says what it did not find or could not open', () => {
    const nothing = { ...done, mails: 0, taken: 0, known: 0 }
    expect(importResult(nothing)).toEqual(['没有找到邮件。'])
    const closed = importResult({ ...nothing, failed: 5, faults: ['a.mbox', 'b', 'c', 'd', 'e'] })
    expect(closed, 'not both, and not a page of names').toEqual(['5 个文件打不开：a.mbox, b, c…'])
  })

  it('says that what was taken in stays', () => {
    expect(importResult({ ...done, stopped: true })[0]).toContain('收入的都保留')
    expect(importResult({ ...done, error: 'database or disk is full' })[0]).toContain('收入的都保留')
  })
})

describe('the nightly check of a mailbox', () => {
  const now = Date.parse('2026-11-20T10:32:00Z')
  const check = {
    folder: 'INBOX',
    at: '2026-11-19T19:41:00Z',
    on_server: 9_998,
    missing: 0,
    fetched: 0,
    gone: 0,
  }

  it('says that nothing is missing, and when it looked', () => {
    expect(checkLines([check], now)).toEqual(['与服务器核对（03:41）：9998 封都在。'])
  })

  it('says what it fetched, what it could not, and what the server has no more', () => {
    const [fetched] = checkLines([{ ...check, missing: 2, fetched: 2, gone: 4 }], now)
    expect(fetched).toContain('补收了 2 封')
    expect(fetched, 'nothing is deleted here').toContain('4 封已从服务器删除，这里仍保留')
    expect(checkLines([{ ...check, missing: 3, fetched: 1 }], now)[0]).toContain('2 封取不到')
  })

  it('makes whole English sentences of it, of one mail or of several', () => {
    speak('en')
    const [of] = checkLines([{ ...check, on_server: 1, gone: 1 }], now)
    expect(of).toBe(
      'Compared with the server at 03:41: the one mail is here. 1 more was deleted at the server and is kept here.',
    )
    expect(checkLines([{ ...check, missing: 2 }], now + 86_400_000)[0]).toBe(
      'Compared with the server yesterday at 03:41: 2 mails could not be fetched; they are tried again tonight.',
    )
  })

  it('names the folders where there are several', () => {
    const lines = checkLines([check, { ...check, folder: '垃圾邮件' }], now)
    expect(lines.map((line) => line.split('：')[0])).toEqual(['INBOX', '垃圾邮件'])
    expect(checkLines([], now), 'a mailbox that was never compared says nothing').toEqual([])
  })
})
