import type { MailboxDto, MailImportDto } from '../ipc/client'
import type { Host } from '../ipc/host'
import { m } from '../paraglide/messages.js'

/** What a mailbox's details ask for. */
export type MailHost = Pick<Host, 'importMail' | 'stopMailImport' | 'forgetMailImport'>

/** What a mailbox is busy with, for the rail. */
export function mailNote(mailbox: MailboxDto | null): string {
  const { import: files } = mailbox ?? { import: null }
  return files?.running ? m.mail_importing_short({ percent: files.percent }) : ''
}

/** How an import ended, sentence by sentence. */
export function importResult(files: MailImportDto): string[] {
  if (files.error !== null) return [m.mail_import_failed()]
  const { taken, known, unreadable, failed } = files
  const counts = { taken, known, unreadable }
  const lines: string[] = []
  if (files.stopped) lines.push(m.mail_import_stopped(counts))
  else if (files.mails > 0) lines.push(m.mail_import_done(counts))
  else if (failed === 0) lines.push(m.mail_import_none())
  if (unreadable > 0) lines.push(m.mail_import_kept())
  if (failed > 0) {
    const names = files.faults.slice(0, 3).join(', ') + (failed > 3 ? '…' : '')
    lines.push(m.mail_import_faults({ count: failed, names }))
  }
  return lines
}
