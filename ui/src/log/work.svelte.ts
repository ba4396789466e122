import type { LogExportDto, LogFilterDto, LogFormatDto, LogProgressEvent, LogVerdictDto } from '../ipc/client'
import type { Host } from '../ipc/host'
import { Task } from '../shared/busy.svelte'

export type WorkHost = Pick<Host, 'checkLog' | 'exportLog' | 'stopLogWork' | 'showExport' | 'onLogProgress'>

/** A check or an export of the push log: one at a time, with progress, and a way to stop it. */
export class LogWork {
  readonly task = new Task()
  kind = $state<'check' | 'export' | null>(null)
  progress = $state<LogProgressEvent | null>(null)
  verdict = $state<LogVerdictDto | null>(null)
  exported = $state<LogExportDto | null>(null)
  stopped = $state(false)
  #asked = false

  constructor(readonly host: WorkHost) {}

  /** Listens for progress until the returned function is called. */
  watch(): () => void {
    return this.host.onLogProgress((event) => {
      if (this.kind !== null) this.progress = event
    })
  }

  check(): Promise<void> {
    return this.#run('check', async () => {
      this.verdict = await this.host.checkLog()
      this.stopped = this.verdict === null
    })
  }

  export(filter: LogFilterDto, format: LogFormatDto): Promise<void> {
    return this.#run('export', async () => {
      this.exported = await this.host.exportLog(filter, format)
      // Nobody chose a place: nothing happened that would have to be told.
      this.stopped = this.exported === null && this.#asked
    })
  }

  stop(): void {
    this.#asked = true
    void this.host.stopLogWork().catch(() => undefined)
  }

  /** Forgets what was told, when the dialog opens. */
  forget(): void {
    this.verdict = this.exported = null
    this.stopped = false
    this.task.error = null
  }

  async #run(kind: 'check' | 'export', work: () => Promise<void>): Promise<void> {
    if (this.task.running) return
    this.forget()
    this.kind = kind
    this.progress = null
    this.#asked = false
    await this.task.run(work)
    this.kind = null
  }
}
