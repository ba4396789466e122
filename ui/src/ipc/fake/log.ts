import type {
  LogEntryDto,
  LogExportDto,
  LogFilterDto,
  LogFormatDto,
  LogPageDto,
  LogProgressEvent,
  LogRobotDto,
  LogVerdictDto,
} from '../client'
import { HostError } from '../host'
import { entriesOf, type FakeEntry } from './entries'
import { FakeRobots } from './robots'

const PAGE = 100
/** In the scene `trouble` somebody has changed this entry. */
const TAMPERED = 57

/** The push log as the shell has it: pages, a check, an export into a folder that nobody chose. */
export class FakeLog extends FakeRobots {
  readonly #listeners = new Set<(event: LogProgressEvent) => void>()
  #entries: FakeEntry[] | null = null
  #stop = () => {}
  /** How often the folder of an export was shown; a test reads it. */
  foldersShown = 0
  /** How long each step of a check or an export takes, in milliseconds; a test slows it down. */
  logStep = 60

  logPage = async (filter: LogFilterDto, cursor: string | null): Promise<LogPageDto> => {
    await this.answer()
    const fits = await this.#fitting(filter)
    const rest = cursor === null ? fits : fits.filter((entry) => Number(entry.number) < Number(cursor))
    const page = rest.slice(0, PAGE)
    const last = rest.length > PAGE ? page.at(-1) : undefined
    return {
      entries: page.map((entry): LogEntryDto => ({ ...entry })),
      next: last?.number ?? null,
      looked_to: last?.at ?? null,
      total: cursor === null && filter.words === '' ? fits.length : null,
    }
  }
  logRobots = async (): Promise<LogRobotDto[]> => {
    const robots = (await this.robots()).map(({ id, name }) => ({ id, name, gone: false }))
    return [...robots, ...this.removedRobots]
  }
  checkLog = async (): Promise<LogVerdictDto | null> => {
    const total = this.#log().length
    const tampered = this.scene === 'trouble' && total >= TAMPERED
    if (!(await this.#work(tampered ? TAMPERED - 1 : total, total))) return null
    return tampered ? { sound: TAMPERED - 1, broken: String(TAMPERED) } : { sound: total, broken: null }
  }
  exportLog = async (filter: LogFilterDto, format: LogFormatDto): Promise<LogExportDto | null> => {
    if (this.scene === 'trouble') throw new HostError('invalid', 'export: /mnt/usb: Permission denied')
    const entries = (await this.#fitting(filter)).length
    if (!(await this.#work(this.#log().length, this.#log().length))) return null
    const stem = '/home/amin/下载/潮铃推送日志 2026-11-20'
    return { entries, file: `${stem}.${format}`, guide: `${stem}.check.txt` }
  }
  stopLogWork = async () => {
    this.#stop()
  }
  showExport = async () => {
    this.foldersShown += 1
  }
  onLogProgress = (listener: (event: LogProgressEvent) => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** So many entries are written while the log is open; in a test, on command. */
  logHappens = (count: number): void => {
    const log = this.#log()
    for (let n = 0; n < count; n += 1) {
      const last = log[0]!
      const number = String(Number(last.number) + 1)
      log.unshift({ ...last, number, at: new Date(this.now()).toISOString(), before: last.hash })
    }
    this.changed([])
  }

  async #fitting(filter: LogFilterDto): Promise<FakeEntry[]> {
    const told = (await this.logRobots()).find((robot) => robot.id === filter.robot_id)?.name
    const robot = (entry: FakeEntry) => filter.robot_id === null || entry.facts['robot'] === told
    return this.#log().filter((entry) => fit(entry, filter) && robot(entry))
  }

  #log(): FakeEntry[] {
    return (this.#entries ??= this.scene === 'empty' ? [] : entriesOf(this.world, this.epoch))
  }

  /** False if it was stopped. */
  async #work(end: number, total: number): Promise<boolean> {
    await this.answer()
    let stopped = false
    const asked = new Promise<void>((done) => {
      this.#stop = () => {
        stopped = true
        done()
      }
    })
    for (let step = 1; step <= 5; step += 1) {
      this.#listeners.forEach((tell) => tell({ done: Math.round((end * step) / 5), total }))
      await Promise.race([asked, new Promise((done) => setTimeout(done, this.logStep))])
      if (stopped) return false
    }
    return true
  }
}

function fit(entry: FakeEntry, filter: LogFilterDto): boolean {
  const text = `${entry.detail} ${entry.title}`.toLowerCase()
  return (
    (filter.group === null || filter.group === entry.group) &&
    (filter.store_id === null || filter.store_id === entry.storeId) &&
    (filter.conversation_id === null || filter.conversation_id === entry.conversation_id) &&
    (filter.from === null || entry.at >= filter.from) &&
    (filter.to === null || entry.at < filter.to) &&
    filter.words
      .toLowerCase()
      .split(/\s+/)
      .every((word) => text.includes(word))
  )
}
