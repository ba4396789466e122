import { describe, expect, it } from 'vitest'
import type { MailImportDto } from '../ipc/client'
import { importResult, mailNote } from './mailbox'

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

describe('an import of mails', () => {
  it('says on the rail how far it is, and nothing once it is over', () => {
    expect(mailNote({ import: { ...done, running: true, percent: 42 } })).toBe('导入 42%')
    expect([mailNote({ import: done }), mailNote({ import: null }), mailNote(null)]).toEqual(['', '', ''])
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
