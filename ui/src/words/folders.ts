import type { MailFolderDto } from '../ipc/client'
import { m } from '../paraglide/messages.js'

const ROLE: Readonly<Record<MailFolderDto['role'], () => string>> = {
  inbox: () => '',
  other: () => '',
  junk: m.folder_junk,
  archive: m.folder_archive,
  sent: m.folder_sent,
  drafts: m.folder_drafts,
  trash: m.folder_trash,
}
const OWN: ReadonlySet<MailFolderDto['role']> = new Set(['sent', 'drafts', 'trash'])

/** What stands below a folder's name: what it is for where the name does not say so, and why it cannot be picked. */
export function folderNote({ name, role, read }: MailFolderDto, missing: boolean): string {
  const words = ROLE[role]()
  const notes = [words.toLowerCase() === name.toLowerCase() ? '' : words]
  if (missing) notes.push(m.folders_gone())
  if (role === 'inbox') notes.push(m.folders_always())
  if (OWN.has(role) && !read) notes.push(m.folders_own())
  return notes.filter((note) => note !== '').join(' · ')
}
