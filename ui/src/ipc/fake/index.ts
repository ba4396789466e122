import type { PresenceDto, SettingsPatch } from '../client'
import { HostError, type Host } from '../host'
import { clocksOf } from './builder'
import { findIn } from './find'
import { atOf, iso, ms } from './model'
import { FakePolicy } from './policy'
import { cardsOf, PICTURES, picturesOf } from './replies'
import { arithmeticOf, whatIfOf } from './reasons'
import { FakeSending } from './sending'
import { pageOf, tideOf, viewsOf } from './rows'
import { TRIALS } from './trials'
import { FakeUnread } from './unread'
import { SCENES, worldOf, type Scene } from './world'

/** A pretend shop behind the same interface as the shell: stores, team, buyers, running clocks, new mail. */
export class FakeHost extends FakeSending implements Host {
  /** `?scene=…&trial=…&now=…&lang=…&theme=…&live=off` choose the shop, for tours and tests. */
  static fromAddress(params: URLSearchParams): FakeHost {
    const scene = SCENES.find((s) => s === params.get('scene')) ?? 'shop'
    const at = Date.parse(params.get('now') ?? '')
    const locale = params.get('lang') === 'en' ? 'en' : 'zh-CN'
    const theme =
      params.get('theme') === 'dark' ? 'dark' : params.get('theme') === 'light' ? 'light' : 'system'
    const host = new FakeHost(
      scene,
      Number.isNaN(at) ? Date.now() : at,
      { locale, theme },
      params.get('live') !== 'off',
    )
    host.trial = TRIALS.find((t) => t === params.get('trial')) ?? 'good'
    host.landsByItself = params.get('live') !== 'off'
    Object.assign(window, { tidebellFake: host })
    return host
  }

  appState = async () => {
    if (this.scene === 'slow') await this.answer()
    return { ...this.app }
  }
  listening = async () => null
  painted = async () => undefined
  patchSettings = async (patch: SettingsPatch) => {
    const given = Object.entries(patch).filter(([, value]) => value !== null)
    this.app = { ...this.app, ...Object.fromEntries(given) }
    return { ...this.app }
  }
  rail = async () => {
    await this.answer()
    return {
      views: viewsOf(this.world, this.now()),
      stores: this.world.stores.map((s) => ({ ...s })),
      team: this.world.seats.map((s) => ({ ...s })),
      weighted: this.#policy.weighted,
      quarantined: this.unread.rows.length,
    }
  }
  list: Host['list'] = async (query) => {
    await this.answer()
    return pageOf(this.world, query, this.now())
  }
  conversation: Host['conversation'] = async (id) => {
    await this.answer()
    const talk = this.talk(id)
    const store = this.world.stores.find((s) => s.id === talk.storeId)
    return {
      id,
      kind: talk.kind,
      platform: talk.platform,
      store_id: talk.storeId,
      store_name: store?.name ?? '',
      title: talk.title,
      done: talk.done,
      sensitive: talk.sensitive,
      owner_id: talk.ownerId,
      owner_name: this.world.seats.find((s) => s.id === talk.ownerId)?.name ?? null,
      deadlines: talk.deadlines.map((d) => ({ ...d })),
      buyer: talk.buyer,
      orders: this.ordersOf(talk),
      send: { open: talk.closed === null, code: talk.closed, detail: null },
      pictures: picturesOf(talk),
      items: talk.items,
      cards: cardsOf(talk, this.scene),
      multi_device_sync: store?.multi_device_sync ?? true,
      draft: talk.draft,
      offers: talk.offers.filter(() => talk.outbox.length === 0),
    }
  }
  timeline: Host['timeline'] = async (id, before, limit) => {
    await this.answer()
    const talk = this.talk(id)
    const items = [
      ...talk.messages.map((message) => ({ item: 'message' as const, message })),
      ...talk.assignments.map((assignment) => ({ item: 'assignment' as const, assignment })),
      ...talk.firings.map((fired) => ({ item: 'fired' as const, fired })),
    ].sort((a, b) => ms(atOf(a)) - ms(atOf(b)))
    const end = before === null ? items.length : Number(before)
    const start = Math.max(0, end - limit)
    return structuredClone({
      items: items.slice(start, end),
      outbox: before === null ? talk.outbox : [],
      before: start > 0 ? String(start) : null,
      seen: talk.messages.at(-1)?.id ?? '',
    })
  }
  tide = async () => {
    await this.answer()
    return tideOf(this.world, this.now())
  }
  arithmetic = async (deadlineId: string) => {
    await this.answer()
    const talk = [...this.world.talks.values()].find((t) => t.deadlines.some((d) => d.id === deadlineId))
    return talk ? arithmeticOf(talk, deadlineId) : []
  }
  why = async (id: string) => {
    await this.answer()
    return this.talk(id).assignments.toReversed()
  }
  whatIf = async (accountId: string, presence: PresenceDto) => {
    await this.answer()
    return whatIfOf(this.world, accountId, presence, this.#policy.weighted)
  }
  search: Host['search'] = async (query) => {
    await this.answer()
    return findIn(this.world, query)
  }
  opened = async (id: string) => {
    const talk = this.talk(id)
    if (talk.unread > 0) {
      talk.unread = 0
      this.changed([id])
    }
  }
  seen = (id: string) => this.opened(id)
  markUnread = async (id: string) => ((this.talk(id).unread ||= 1), this.changed([id]), true)
  outboxPicture = async (clientId: string) => PICTURES.get(clientId) ?? null
  undoSend = async (clientId: string) => {
    const { talk, reply } = this.replyOf(clientId)
    if (reply.state !== 'waiting') return false
    talk.outbox = talk.outbox.filter((o) => o !== reply)
    if (reply.kind === 'text') talk.draft = reply.text
    this.changed([talk.id])
    return true
  }
  settleUnknown = async (clientId: string, sent: boolean) => {
    const { talk, reply } = this.replyOf(clientId)
    if (sent) this.live.deliver(talk, reply)
    else await this.dropRefused(clientId)
    this.changed([talk.id])
  }
  sendAgain = async (clientId: string) => {
    const { talk, reply } = this.replyOf(clientId)
    if (reply.state !== 'not_arrived') throw new HostError('invalid', 'settled_meanwhile')
    reply.state = 'sending'
    reply.text = reply.text.replace(/#(unknown|lost)/, '').trim()
    this.live.deliverLater(talk, reply, 2)
    this.changed([talk.id])
  }
  retryRefused = async (clientId: string) => {
    const { talk, reply } = this.replyOf(clientId)
    reply.state = 'sending'
    reply.text = reply.text.replace('#refuse', '').trim()
    this.live.deliverLater(talk, reply, 2)
    this.changed([talk.id])
  }
  dropRefused = async (clientId: string) => {
    const { talk, reply } = this.replyOf(clientId)
    talk.outbox = talk.outbox.filter((o) => o !== reply)
    if (reply.kind === 'text') talk.draft = reply.text
    this.changed([talk.id])
  }
  saveDraft = async (id: string, text: string) => void (this.talk(id).draft = text)
  markDone = async (id: string) => {
    const talk = this.talk(id)
    talk.done = true
    talk.unread = 0
    this.changed([id])
  }
  reopen = async (id: string) => {
    this.talk(id).done = false
    this.changed([id])
  }
  transfer = async (id: string, accountId: string, note: string) => {
    const talk = this.talk(id)
    const name = (seat: string | null) => this.world.seats.find((s) => s.id === seat)?.name ?? null
    talk.assignments.push({
      id: `${id}-a${talk.assignments.length}`,
      at: iso(this.now()),
      from_name: name(talk.ownerId),
      to_name: name(accountId) ?? '',
      reason: 'manual',
      seats: [],
      recent_name: null,
      recent_days: null,
      by_name: this.app.me_name,
      note: note || null,
    })
    talk.ownerId = accountId
    this.changed([id])
  }
  escalated = async (id: string) => {
    const clock = this.talk(id).deadlines.find((d) => d.kind === 'escalation')
    if (clock) clock.status = 'met'
    this.changed([id])
  }
  snooze = async () => undefined
  setPresence = async (accountId: string, presence: PresenceDto) => this.#seat(accountId, { presence })
  setParticipates = async (accountId: string, on: boolean) => this.#seat(accountId, { participates: on })
  setWeight = async (accountId: string, weight: number) => {
    if (weight > 100) throw new HostError('invalid', 'weight')
    this.#seat(accountId, { weight })
  }
  #seat(id: string, patch: object) {
    Object.assign(this.world.seats.find((s) => s.id === id) ?? {}, patch)
    this.changed([])
  }
  setMultiDeviceSync = async (storeId: string, on: boolean) => {
    Object.assign(this.world.stores.find((s) => s.id === storeId) ?? {}, { multi_device_sync: on })
    const ids = [...this.world.talks.values()].filter((t) => t.storeId === storeId)
    for (const talk of ids)
      if (talk.deadlines.length > 0 && talk.kind === 'chat') talk.deadlines = clocksOf(talk, {}, this.now())
    this.changed(ids.map((t) => t.id))
  }
  addAccount = async (name: string) => {
    if (name.includes('：')) throw new HostError('invalid', 'full_width_colon')
    const [main = '', suffix = '', more] = name.trim().split(':')
    if (main === '') throw new HostError('invalid', 'empty_main')
    if (suffix === '') throw new HostError('invalid', 'empty_suffix')
    if (more !== undefined) throw new HostError('invalid', 'second_colon')
    if ([...main].length >= 19) throw new HostError('invalid', 'main_too_long')
    this.world.seats.push({
      id: `seat-${name}`,
      name,
      is_main: false,
      me: false,
      presence: 'offline',
      participates: true,
      weight: 1,
      today: 0,
      owing: 0,
    })
    this.changed([])
  }
  #restart(scene: Scene) {
    this.world = worldOf(scene, this.now())
    this.app = { ...this.app, first_run: scene === 'first', demo: scene === 'first' ? 'absent' : 'running' }
    this.everythingChanged()
    return { ...this.app }
  }
  startDemo = async () => {
    await new Promise((done) => setTimeout(done, 600))
    return this.#restart('shop')
  }
  removeDemo = async () => this.#restart('first')
  testAlert = async () => ({
    delivered: this.app.alerts_work,
    detail: this.app.alerts_work ? null : 'org.freedesktop.DBus.Error.ServiceUnknown',
  })
  #policy = new FakePolicy()
  policy = this.#policy.policy
  changePolicy: Host['changePolicy'] = async (path, value) => {
    const page = await this.#policy.changePolicy(path, value)
    this.everythingChanged()
    return page
  }
  importCalendar = this.#policy.importCalendar
  forgetCalendarYear = this.#policy.forgetCalendarYear
  readonly unread = new FakeUnread(
    this.now,
    this.scene === 'first' || this.scene === 'empty',
    this.scene === 'trouble',
    () => this.changed([]),
  )
  quarantine: Host['quarantine'] = async () => {
    await this.answer()
    return [this.unread.rows.map((row) => ({ ...row })), null]
  }
  retryUnreadable = this.unread.retry
  retryAllUnreadable = this.unread.retryAll
  stopUnreadable = this.unread.stop
  exportUnreadable = this.unread.export
  onUnreadableProgress = this.unread.listen
  /** Where the window would have gone; a test reads it. */
  readonly linksOpened: string[] = []
  openLink = async (url: string) => void this.linksOpened.push(url)
  rawMessage = async (id: string) =>
    JSON.stringify({ message_id: id, type: 'voice_v3', payload: { seconds: 14, codec: 'opus' } }, null, 2)
}
