import { describe, expect, it, vi } from 'vitest'
import type { MailFolderDto } from '../ipc/client'
import { HostError } from '../ipc/host'
import { folderNote } from '../words/folders'
import { FoldersState, readingOf } from './folders.svelte'

const folder = (name: string, role: MailFolderDto['role'], read = false): MailFolderDto => ({
  name,
  role,
  read,
})
const all = [folder('INBOX', 'inbox', true), folder('Junk', 'junk', true), folder('Sent', 'sent')]
const host = () => ({ mailFolders: vi.fn(async () => all), readFolders: vi.fn(async () => null) })

describe('the folders of a mailbox', () => {
  it('begins with those that are read, and keeps what was picked', async () => {
    const shell = host()
    const state = new FoldersState(shell, 's3')
    await state.ask()
    expect([state.open, state.picked], 'the inbox is no question').toEqual([true, ['Junk']])
    state.toggle('Junk')
    state.toggle('Orders')
    expect([await state.save(), state.open]).toEqual([true, false])
    expect(shell.readFolders).toHaveBeenCalledWith('s3', ['Orders'])
  })

  it('stays open when the host refuses, with what was picked', async () => {
    const shell = host()
    shell.readFolders.mockRejectedValueOnce(new HostError('invalid', 'too_many_folders'))
    const state = new FoldersState(shell, 's3')
    await state.ask()
    expect([await state.save(), state.open, state.task.error?.detail]).toEqual([
      false,
      true,
      'too_many_folders',
    ])
  })

  it.each([
    ['inbox', true, 'always'],
    ['junk', false, 'asked'],
    ['other', false, 'asked'],
    ['sent', false, 'never'],
    ['drafts', false, 'never'],
    ['sent', true, 'asked'],
  ] as const)('a folder of the role %s, read: %s, is %s', (role, read, reading) => {
    expect(readingOf(folder('x', role, read)), 'what is read already can be put off').toBe(reading)
  })

  it('says what a folder is for only where its name does not', () => {
    const [named, other] = [folder('垃圾邮件', 'junk'), folder('Junk', 'junk')]
    expect(folderNote(named, false), 'said twice it helps nobody').toBe('')
    expect(folderNote(other, true), 'and that it is gone').toContain('读不到')
  })
})
