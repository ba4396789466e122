import type { BacklogDto, ConnectionDraft, MailFolderDto, MailImportDto } from '../client'
import { HostError } from '../host'
import { FakeLog } from './log'

const BEGUN: MailImportDto = {
  running: true,
  percent: 0,
  mails: 0,
  taken: 0,
  known: 0,
  unreadable: 0,
  faults: [],
  failed: 0,
  stopped: false,
  error: null,
}

const folder = (name: string, role: MailFolderDto['role'], read = false): MailFolderDto => ({
  name,
  role,
  read,
})

/** Mails from files as the shell takes them in: whoever asks for files has picked a file of 1,200 mails. */
export class FakeMailboxes extends FakeLog {
  /** What the mailbox's server has; a test takes folders away. */
  mailboxFolders = [
    folder('INBOX', 'inbox', true),
    folder('Junk', 'junk'),
    folder('2026 年对账', 'other'),
    folder('Sent Messages', 'sent'),
    folder('Drafts', 'drafts'),
  ]
  /** Whether the server does not name them. */
  foldersFail = false
  mailFolders = async (): Promise<MailFolderDto[]> => {
    await this.answer()
    if (this.scene === 'trouble' || this.foldersFail)
      throw new HostError('internal', 'unreachable: connection refused')
    return structuredClone(this.mailboxFolders)
  }
  draftFolders = async ({ folders }: ConnectionDraft): Promise<MailFolderDto[]> => {
    const there = await this.mailFolders()
    return there.map((each) => ({ ...each, read: each.role === 'inbox' || folders.includes(each.name) }))
  }
  readFolders = async (_storeId: string, folders: string[]): Promise<void> => {
    await this.answer()
    for (const each of this.mailboxFolders) each.read = each.role === 'inbox' || folders.includes(each.name)
    this.changed([])
  }
  /** A folder that is read vanishes, or comes back; in a test, on command. */
  missing = (storeId: string, missing: string[]) => {
    const store = this.world.stores.find((s) => s.id === storeId)
    if (store?.mailbox) store.mailbox = { ...store.mailbox, missing }
    this.changed([])
  }
  /** An import comes no further than this many per cent; in a test, until it may. */
  importsTo = 100
  importMail = async (storeId: string, folder: boolean): Promise<boolean> => {
    await this.answer()
    const mailbox = this.#mailbox(storeId)
    if (mailbox.import?.running) throw new HostError('invalid', 'import_running')
    this.#set(storeId, { ...BEGUN })
    this.#goOn(storeId, folder)
    return true
  }
  stopMailImport = async (storeId: string): Promise<void> => {
    const { import: files } = this.#mailbox(storeId)
    if (files?.running) this.#set(storeId, { ...files, running: false, stopped: true, taken: files.mails })
  }
  forgetMailImport = async (storeId: string): Promise<void> => this.#set(storeId, null)

  /** The mailbox has many mails to catch up with; in a test, on command. */
  backlog = (storeId: string, backlog: BacklogDto | null) => {
    const store = this.world.stores.find((s) => s.id === storeId)
    if (store?.mailbox) store.mailbox = { ...store.mailbox, backlog }
    this.changed([])
  }

  #goOn(storeId: string, folder: boolean) {
    setTimeout(() => {
      const files = this.#mailbox(storeId).import
      if (!files?.running) return
      const percent = files.percent + 25
      if (percent > this.importsTo) return this.#goOn(storeId, folder)
      const mails = percent * 12
      if (percent < 100) {
        this.#set(storeId, { ...files, percent, mails })
        this.#goOn(storeId, folder)
      } else {
        const found = { mails, taken: 1_150, known: 48, unreadable: 2 }
        const faults = folder ? ['locked.mbox'] : []
        this.#set(storeId, { ...files, ...found, percent, faults, failed: faults.length, running: false })
      }
    }, 250)
  }
  #set(storeId: string, files: MailImportDto | null) {
    const store = this.world.stores.find((s) => s.id === storeId)
    if (store?.mailbox) store.mailbox = { ...store.mailbox, import: files }
    this.changed([])
  }
  #mailbox(storeId: string) {
    const mailbox = this.world.stores.find((s) => s.id === storeId)?.mailbox
    if (!mailbox) throw new HostError('not_found', storeId)
    return mailbox
  }
}
