import type { FolderCheckDto, MailboxDto, MailImportDto } from '../ipc/client'
import type { Host } from '../ipc/host'
import { m } from '../paraglide/messages.js'
import { inARow, whenWords, ms } from '../shared/format'
import type { FoldersHost } from './folders.svelte'

/** What a mailbox's details ask for. */
export type MailHost = FoldersHost & Pick<Host, 'importMail' | 'stopMailImport' | 'forgetMailImport'>

/** What a mailbox is busy with, for the rail. */
export function mailNote(mailbox: MailboxDto | null): string {
  if (mailbox?.import?.running) return m.mail_importing_short({ percent: mailbox.import.percent })
  if (mailbox?.backlog) return m.mail_backlog_short(mailbox.backlog)
  return (mailbox?.missing.length ?? 0) > 0 ? m.folders_missing_short() : ''
}

/** What the nightly check found, a line a folder; the folder is named where there are several. */
export function checkLines(checks: FolderCheckDto[], now: number): string[] {
  return checks.map((check) => {
    const when = whenWords(ms(check.at), now)
    const { on_server: count, missing, fetched, gone } = check
    const words =
      missing > fetched
        ? m.mail_check_missing({ when, count: missing - fetched })
        : missing > 0
          ? m.mail_check_fetched({ when, fetched, count })
          : m.mail_check_agrees({ when, count })
    const line = gone > 0 ? inARow(words, m.mail_check_gone({ count: gone })) : words
    return checks.length > 1 ? m.mail_check_folder({ folder: check.folder, words: line }) : line
  })
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
