import type { MailFolderDto } from '../ipc/client'
import type { Host } from '../ipc/host'
import { Task } from '../shared/busy.svelte'
import { Resource } from '../shared/resource.svelte'

/** What the choice of folders asks for. */
export type FoldersHost = Pick<Host, 'mailFolders' | 'readFolders'>

/** What the owner sent, began or threw away is nothing that came in. */
const OWN: ReadonlySet<MailFolderDto['role']> = new Set(['sent', 'drafts', 'trash'])
export type Reading = 'always' | 'asked' | 'never'

/** Whether a folder can be picked; one that is read already can always be put off. */
export function readingOf({ role, read }: MailFolderDto): Reading {
  if (role === 'inbox') return 'always'
  return OWN.has(role) && !read ? 'never' : 'asked'
}

/** The folders of a mailbox, and which of them are to be read. */
export class FoldersState {
  readonly list = new Resource<MailFolderDto[]>()
  readonly task = new Task()
  open = $state(false)
  picked = $state<string[]>([])

  constructor(
    readonly host: FoldersHost,
    readonly id: string,
  ) {}

  /** Asks the server, which may take a moment. */
  async ask(): Promise<void> {
    this.open = true
    this.task.error = null
    await this.list.load(() => this.host.mailFolders(this.id))
    this.picked = (this.list.value ?? [])
      .filter(({ read, role }) => read && role !== 'inbox')
      .map((f) => f.name)
  }

  toggle(name: string): void {
    this.picked = this.picked.includes(name)
      ? this.picked.filter((each) => each !== name)
      : [...this.picked, name]
  }

  close(): void {
    this.open = false
  }

  async save(): Promise<boolean> {
    const kept = await this.task.run(() => this.host.readFolders(this.id, [...this.picked]))
    if (kept) this.close()
    return kept
  }
}
