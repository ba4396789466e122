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

/** The folders that a mailbox has, and those that are picked beside its inbox. */
export class FolderChoice {
  readonly list = new Resource<MailFolderDto[]>()
  picked = $state<string[]>([])

  constructor(readonly load: () => Promise<MailFolderDto[]>) {}

  /** Asks the server, which may take a moment; an answer that nobody waits for any more picks nothing. */
  async ask(): Promise<void> {
    const there = await this.list.load(this.load)
    if (!there) return
    this.picked = there.filter(({ read, role }) => read && role !== 'inbox').map((f) => f.name)
  }

  toggle(name: string): void {
    this.picked = this.picked.includes(name)
      ? this.picked.filter((each) => each !== name)
      : [...this.picked, name]
  }

  /** Another mailbox has other folders. */
  clear(): void {
    this.list.clear()
    this.picked = []
  }
}

/** Which folders of a connected mailbox are to be read. */
export class FoldersState extends FolderChoice {
  readonly task = new Task()
  open = $state(false)

  constructor(
    readonly host: FoldersHost,
    readonly id: string,
  ) {
    super(() => host.mailFolders(id))
  }

  override async ask(): Promise<void> {
    this.open = true
    this.task.error = null
    await super.ask()
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
