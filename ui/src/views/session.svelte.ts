import type { AppState, ChangedEvent, Rail, SettingsPatch, Tide, View } from '../ipc/client'
import type { Host } from '../ipc/host'
import { ListState } from '../inbox/list.svelte'
import { TalkState } from '../conversation/talk.svelte'
import { ComposerState } from '../compose/composer.svelte'
import { NoticeState } from '../notices/notices.svelte'
import { SearchState } from '../search/search.svelte'
import { PresenceState } from '../team/presence.svelte'
import { Task } from '../shared/busy.svelte'
import { Clock } from '../shared/clock.svelte'
import { speak } from '../shared/locale.svelte'
import { Resource } from '../shared/resource.svelte'
import { Announcer } from './announcer'

/** Groups and the tide drift with the time alone, so they are asked for again now and then. */
const DRIFT = 30_000
const GATHER = 60

/** Everything the window shows, and how it hears of changes. */
export class Session {
  readonly clock = new Clock()
  readonly app = new Resource<AppState>()
  readonly rail = new Resource<Rail>()
  readonly tide = new Resource<Tide>()
  readonly list: ListState
  readonly talk: TalkState
  readonly composer: ComposerState
  readonly search: SearchState
  readonly presence: PresenceState
  readonly notices = new NoticeState()
  /** Done, reopen, transfer, snooze: one after the other, the last failure kept. */
  readonly action = new Task()
  /** A message that the search found. */
  target = $state<string | null>(null)
  /** An alert's 转交 was clicked: the transfer of what is on the screen is asked for. */
  transferring = $state(false)
  readonly #announcer: Announcer
  #pending = new Set<string>()
  #all = false
  #rail = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(readonly host: Host) {
    this.list = new ListState(host)
    this.talk = new TalkState(host)
    this.composer = new ComposerState(host)
    this.search = new SearchState(host, () => this.clock.now)
    this.presence = new PresenceState(host, () => this.app.value?.me ?? '')
    this.#announcer = new Announcer(this.notices)
  }

  async start(): Promise<void> {
    const app = await this.app.load(() => this.host.appState())
    if (!app) return
    this.#wear(app)
    const wanted = this.host.listening()
    if (!app.first_run) await this.everything()
    const event = await wanted
    if (event) await this.answer(event.conversation_id, event.transfer)
  }

  #wear(app: AppState): void {
    speak(app.locale)
    document.documentElement.dataset['theme'] = app.theme
  }

  /** Listens until the returned function is called. */
  listen(): () => void {
    const stops = [
      this.clock.start(),
      this.host.onChanged((event) => this.#gather(event)),
      this.host.onOpen((id, transfer) => void this.answer(id, transfer)),
      this.host.onNotice((notice) => {
        this.#announcer.notice(notice)
        this.notices.take(notice)
        void this.app.load(() => this.host.appState()).then((app) => app?.first_run && this.notices.known([]))
      }),
    ]
    const drift = setInterval(() => this.#gather({ conversations: [], rail: true, all: false }), DRIFT)
    const shown = () => this.#gather({ conversations: [], rail: true, all: true })
    window.addEventListener('focus', shown)
    document.addEventListener('visibilitychange', shown)
    return () => {
      stops.forEach((stop) => stop())
      clearInterval(drift)
      window.removeEventListener('focus', shown)
      document.removeEventListener('visibilitychange', shown)
    }
  }

  /** Changes that come together are asked for once. */
  #gather(event: ChangedEvent): void {
    event.conversations.forEach((id) => this.#pending.add(id))
    this.#all ||= event.all
    this.#rail ||= event.rail
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      void this.#refresh()
    }, GATHER)
  }

  async #refresh(): Promise<void> {
    // Nobody sees a window in the tray: it asks again when it is shown, for everything.
    if (document.hidden) {
      this.#all = this.#rail = true
      return
    }
    const { id } = this.talk
    const mine = this.#all || (id !== null && this.#pending.has(id))
    const arrived = this.#pending
    const rail = this.#rail || this.#all
    this.#pending = new Set()
    this.#all = this.#rail = false
    if (this.app.value?.first_run !== false) return
    await Promise.all([
      this.list.refresh(),
      this.#loadTide(),
      rail ? this.loadRail() : null,
      mine && id ? this.talk.refresh().then(() => this.#greet(id)) : null,
    ])
    this.#announcer.rows(this.list.waiting?.rows ?? this.list.rows, arrived, this.clock.now)
  }

  /** A message that came while its conversation is on screen is read by being there. */
  #greet(id: string): void {
    if (document.hasFocus() && this.talk.id === id) void this.host.seen(id).catch(() => undefined)
  }

  async loadRail(): Promise<void> {
    const rail = await this.rail.load(() => this.host.rail())
    if (rail) this.notices.known(rail.stores)
  }

  async #loadTide(): Promise<void> {
    const tide = await this.tide.load(() => this.host.tide())
    if (tide) this.clock.follow(Date.parse(tide.now))
  }

  async everything(): Promise<void> {
    await Promise.all([this.loadRail(), this.#loadTide(), this.list.show(this.list.view)])
    this.#announcer.rows(this.list.rows, new Set(), this.clock.now)
  }

  async show(view: View): Promise<void> {
    await this.list.show(view)
  }

  async open(id: string, messageId: string | null = null): Promise<void> {
    await this.composer.flush()
    this.target = messageId
    this.list.activeId = id
    this.notices.settle(id)
    if (this.talk.id === id && this.talk.dto) {
      // It was there already; that somebody asks for it is news.
      void this.host.opened(id).catch(() => undefined)
      return
    }
    await this.talk.open(id)
    if (this.talk.dto) this.composer.open(this.talk.dto)
  }

  /** An alert was clicked: opens what it is about, and asks at once whom it goes to if that was the click. */
  async answer(id: string, transfer: boolean): Promise<void> {
    await this.open(id)
    this.transferring = transfer && this.talk.dto?.id === id
  }

  close(): void {
    void this.composer.flush()
    this.talk.close()
  }

  async send(anyway: boolean): Promise<void> {
    if (await this.composer.send(this.talk.seen, anyway)) await this.talk.refresh()
    else if (this.composer.stop === 'stale') await this.talk.refresh()
  }

  /** Unread again. It leaves the screen, since being there would read it. */
  async markUnread(): Promise<void> {
    const { dto } = this.talk
    if (dto && (await this.action.run(() => this.host.markUnread(dto.id)))) this.close()
  }

  /** Done or open again; after done the next conversation is at hand. */
  async toggleDone(): Promise<void> {
    const dto = this.talk.dto
    if (!dto) return
    const next = dto.done ? null : this.list.after(dto.id)
    const ok = await this.action.run(() => (dto.done ? this.host.reopen(dto.id) : this.host.markDone(dto.id)))
    if (ok && next && this.talk.id === dto.id) await this.open(next)
  }

  async patch(patch: Partial<SettingsPatch>): Promise<boolean> {
    const whole = { locale: null, theme: null, autostart: null, tray_explained: null, ...patch }
    const ok = await this.action.run(async () => {
      this.app.value = await this.host.patchSettings(whole)
    })
    if (ok && this.app.value) this.#wear(this.app.value)
    return ok
  }

  /** The demo shop comes or goes, or a first store is there: another window altogether. */
  async restart(ask: () => Promise<AppState>): Promise<boolean> {
    return this.action.run(async () => {
      this.app.value = await ask()
      this.talk.close()
      if (this.app.value.first_run) this.notices.known([])
      else await this.everything()
    })
  }
}
