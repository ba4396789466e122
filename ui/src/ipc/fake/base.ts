import type { AppState, ChangedEvent, NoticeEvent, SettingsPatch } from '../client'
import { HostError } from '../host'
import { Livestream } from './live'
import type { Talk, World } from './model'
import { worldOf, type Scene } from './world'

/** What every command of the fake host stands on: its clock, its world, its listeners. */
export class FakeBase {
  readonly #changed = new Set<(e: ChangedEvent) => void>()
  readonly #opens = new Set<(id: string, transfer: boolean) => void>()
  readonly #notices = new Set<(e: NoticeEvent) => void>()
  readonly #started = Date.now()
  readonly live: Livestream
  /** No question is answered before this; in a test, on command. */
  held: Promise<unknown> = Promise.resolve()
  world: World
  app: AppState

  constructor(
    readonly scene: Scene,
    readonly epoch: number,
    patch: Partial<SettingsPatch> = {},
    live = true,
  ) {
    this.world = worldOf(scene, epoch)
    this.app = {
      first_run: scene === 'first',
      demo: scene === 'first' ? 'absent' : 'running',
      me: this.world.me,
      me_name: '彩电卖家:阿敏',
      locale: patch.locale ?? 'zh-CN',
      theme: patch.theme ?? 'system',
      autostart: true,
      tray_explained: false,
      alerts_work: scene !== 'trouble',
      data_dir: '~/.local/share/cn.tidebell.desktop',
      version: '0.1.0',
      undo_seconds: 5,
      disk_full: scene === 'trouble',
    }
    this.live = new Livestream(this)
    if (live && scene === 'shop') this.live.start()
  }

  now = () => this.epoch + (Date.now() - this.#started)
  changed = (ids: string[], rail = true) =>
    this.#changed.forEach((tell) => tell({ conversations: ids, rail, all: false }))
  everythingChanged = () =>
    this.#changed.forEach((tell) => tell({ conversations: [], rail: true, all: true }))
  notice = (event: NoticeEvent) => this.#notices.forEach((tell) => tell(event))
  open = (id: string, transfer = false) => this.#opens.forEach((tell) => tell(id, transfer))
  /** A buyer writes; in a test, on command. */
  arrive = (id: string, text: string) => this.live.arrive(id, text)

  protected async answer(): Promise<void> {
    const delay = this.scene === 'slow' ? 2500 : 15
    await new Promise((done) => setTimeout(done, delay))
    await this.held
    if (this.scene === 'error') throw new HostError('internal', 'database is locked (5)')
  }
  protected talk(id: string): Talk {
    const talk = this.world.talks.get(id)
    if (!talk) throw new HostError('not_found', id)
    return talk
  }
  protected replyOf(clientId: string) {
    for (const talk of this.world.talks.values()) {
      const reply = talk.outbox.find((o) => o.client_id === clientId)
      if (reply) return { talk, reply }
    }
    throw new HostError('not_found', clientId)
  }
  onChanged = (l: (e: ChangedEvent) => void) => this.#listen(this.#changed, l)
  onOpen = (l: (id: string, transfer: boolean) => void) => this.#listen(this.#opens, l)
  onNotice = (l: (e: NoticeEvent) => void) => this.#listen(this.#notices, l)
  #listen<T>(to: Set<T>, listener: T) {
    to.add(listener)
    return () => void to.delete(listener)
  }
}
