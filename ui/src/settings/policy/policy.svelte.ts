import type { PolicyEntryDto, PolicyPage } from '../../ipc/client'
import type { Host } from '../../ipc/host'
import { Task } from '../../shared/busy.svelte'
import { Resource } from '../../shared/resource.svelte'
import { draftOf, valueOf, wrongFields, type Draft } from './text'

type Asked = Pick<Host, 'policy' | 'changePolicy' | 'importCalendar' | 'forgetCalendarYear'>

/** The numbers of the rules and the working calendar, one of them in hand at a time. */
export class PolicyState {
  readonly page = new Resource<PolicyPage>()
  /** The change on its way, and why the last one was refused. */
  readonly task = new Task()
  editing = $state<string | null>(null)
  draft = $state<Draft>([])
  /** Which of the fields hold no value of this kind. */
  wrong = $state.raw<number[]>([])

  constructor(readonly host: Asked) {}

  load = () => this.page.load(() => this.host.policy())

  edit(entry: PolicyEntryDto): void {
    this.editing = entry.path
    this.draft = draftOf(entry.value)
    this.wrong = []
    this.task.error = null
  }

  cancel(): void {
    this.editing = null
    this.wrong = []
    this.task.error = null
  }

  /** True once the new value is in force. */
  async save(entry: PolicyEntryDto): Promise<boolean> {
    const value = valueOf(this.draft, entry.value)
    this.wrong = value === null ? wrongFields(this.draft, entry.value) : []
    if (value === null) return false
    return this.#apply(() => this.host.changePolicy(entry.path, value))
  }

  restore = (path: string) => this.#apply(() => this.host.changePolicy(path, null))
  forget = (year: number) => this.#apply(() => this.host.forgetCalendarYear(year))

  async importFile(file: Pick<File, 'text'>): Promise<boolean> {
    return this.#apply(async () => this.host.importCalendar(await file.text()))
  }

  async #apply(ask: () => Promise<PolicyPage>): Promise<boolean> {
    const done = await this.task.run(async () => {
      this.page.value = await ask()
    })
    if (done) this.editing = null
    return done
  }
}
