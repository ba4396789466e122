import type {
  CapabilityDto,
  ConnectionDraft,
  ConnectionDto,
  InterfaceDto,
  PlatformDto,
  ReportDto,
  SignedInDto,
  SignInDto,
  StoreRow,
} from '../client'
import { HostError, type Host } from '../host'
import { FakeBridges } from './bridges'
import { DAY, iso } from './model'
import { FakePrivacy } from './privacy'
import { FakePushes } from './pushes'
import { freshStore } from './seats'
import { DIRECTORY, reportOf, type Trial } from './trials'

const ABILITIES = ['read_chat', 'send_chat', 'orders', 'disputes']

interface Waiting {
  id: string
  platform: PlatformDto
  land: (result: SignedInDto) => void
  end: (error: HostError) => void
}

/** Stores as the shell connects them: tested first, signed in to through a browser that a test plays. */
export class FakeConnections extends FakePrivacy {
  /** What the next test finds. */
  trial: Trial = 'good'
  /** The shops that the next sign-in opens. */
  shops = ['220011']
  /** Whether the browser comes back without anybody, for tours. */
  landsByItself = false
  /** The pages that the browser was sent to; a test reads them. */
  readonly pagesOpened: string[] = []
  readonly #bridges = new FakeBridges()
  readonly #pushes = new FakePushes()
  readonly #kept = new Map<string, ConnectionDto>()
  #waiting: Waiting | null = null
  #begun = 0

  directory: Host['directory'] = async () => structuredClone(DIRECTORY)
  testConnection: Host['testConnection'] = async (draft) => this.#test(draft.platform, draft.interface)
  testStore: Host['testStore'] = async (storeId) =>
    this.#test(this.#store(storeId).platform, this.#kept.get(storeId)?.interface)
  connectStore: Host['connectStore'] = async (draft, anyway) => {
    const report = await this.#test(draft.platform, draft.interface)
    if (!allowed(report, anyway)) return { store_id: null, report }
    const id = `s${this.world.stores.length + 1}`
    const row = freshStore(id, draft.name, draft.platform)
    this.world.stores.push(row)
    this.#keep(row, draft)
    if (draft.platform === 'mail') await this.readFolders(id, draft.folders)
    this.app = { ...this.app, first_run: false }
    this.changed([])
    return { store_id: id, report }
  }
  storeConnection: Host['storeConnection'] = async (storeId) => {
    await this.answer()
    const row = this.#store(storeId)
    if (row.platform === 'bridge') return null
    return structuredClone(this.#kept.get(storeId) ?? this.#born(row))
  }
  changeConnection: Host['changeConnection'] = async (storeId, draft, anyway) => {
    const row = this.#store(storeId)
    const report = await this.#test(row.platform, draft.interface)
    if (!allowed(report, anyway)) return { store_id: null, report }
    const kept = await this.storeConnection(storeId)
    row.name = draft.name
    Object.assign(row, { light: 'fresh', last_error: null, paused: null, token_days: null })
    this.#keep(row, { ...draft, account: kept?.account ?? '', shop_id: kept?.shop_id ?? '' })
    this.changed([])
    return { store_id: storeId, report }
  }
  beginSignIn: Host['beginSignIn'] = async (draft, redirect) =>
    this.#begin(draft.platform, draft.host, redirect)
  signInAgain: Host['signInAgain'] = async (storeId, _secret, redirect) =>
    this.#begin(this.#store(storeId).platform, 'https://partner.shopeemobile.com', redirect)
  finishSignIn: Host['finishSignIn'] = (id) =>
    new Promise((land, end) => {
      if (this.#waiting?.id !== id) return end(new HostError('invalid', 'sign_in_gone'))
      Object.assign(this.#waiting, { land, end })
      if (this.landsByItself) setTimeout(() => this.land(), 2500)
    })
  landSignIn: Host['landSignIn'] = async (id, address) => {
    await this.answer()
    if (this.#waiting?.id !== id) throw new HostError('invalid', 'sign_in_gone')
    if (!address.includes('?')) throw new HostError('invalid', 'sign_in_address')
    if (!address.includes(`state=${id}`)) throw new HostError('invalid', 'sign_in_state')
    this.land()
  }
  cancelSignIn: Host['cancelSignIn'] = async (id) => {
    if (this.#waiting?.id === id) this.refuse('sign_in_gone')
  }
  removeStore: Host['removeStore'] = async (storeId) => {
    this.world.stores = this.world.stores.filter((s) => s.id !== storeId)
    for (const talk of [...this.world.talks.values()])
      if (talk.storeId === storeId) this.world.talks.delete(talk.id)
    this.changed([])
  }
  createBridge: Host['createBridge'] = async (bridge) => {
    const [row, key] = this.#bridges.create(`s${this.world.stores.length + 1}`, bridge)
    this.world.stores.push(row)
    this.app = { ...this.app, first_run: false }
    this.changed([])
    return key
  }
  bridge: Host['bridge'] = async (storeId) => this.#bridges.get(storeId)
  rotateBridgeToken: Host['rotateBridgeToken'] = async (storeId) => this.#bridges.rotate(storeId)
  revokeBridgeToken: Host['revokeBridgeToken'] = async (storeId) => this.#bridges.revoke(storeId)
  retryStore: Host['retryStore'] = async (storeId) => {
    await this.answer()
    const row = this.#store(storeId)
    if (row.paused?.named) return false
    Object.assign(row, { light: 'fresh', last_error: null, paused: null, last_success_at: iso(this.now()) })
    this.changed([])
    return true
  }
  pushReceiver: Host['pushReceiver'] = async (storeId) => {
    await this.answer()
    const { platform } = this.#store(storeId)
    const shared = this.world.stores.filter((row) => row.platform === platform)
    return this.#pushes.get(shared.map((row) => row.name))
  }
  setPushReceiver: Host['setPushReceiver'] = async (storeId, patch) => {
    await this.answer()
    this.#pushes.set(patch, iso(this.now() - 40_000))
    return this.pushReceiver(storeId)
  }

  /** The browser comes back; in a test, on command. */
  land(): void {
    const shops = this.#waiting?.platform === 'shopee' ? this.shops : []
    const seller = this.#waiting?.platform === 'aliexpress' ? 'cn1528caidian' : ''
    this.#waiting?.land({ shops, seller })
    this.#waiting = null
  }
  /** It comes back with a refusal. */
  refuse(why = 'sign_in_refused'): void {
    this.#waiting?.end(new HostError('invalid', why))
    this.#waiting = null
  }

  async #test(platform: PlatformDto, by: InterfaceDto = 'usual'): Promise<ReportDto> {
    await this.answer()
    await new Promise((done) => setTimeout(done, 300))
    return reportOf(this.trial, platform, this.now(), by)
  }

  #begin(platform: PlatformDto, host: string, redirect: string): SignInDto {
    this.refuse('sign_in_gone')
    this.#begun += 1
    const id = `in${this.#begun}`
    const back = redirect || 'http://127.0.0.1:45123/signed-in'
    const page = platform === 'mail' ? 'https://accounts.example.com' : host
    const url = `${page}/authorise?redirect=${encodeURIComponent(`${back}?state=${id}`)}`
    this.pagesOpened.push(url)
    this.#waiting = { id, platform, land: () => undefined, end: () => undefined }
    return { id, url, redirect: back, opened: true }
  }

  #store(id: string): StoreRow {
    const row = this.world.stores.find((s) => s.id === id)
    if (!row) throw new HostError('not_found', 'store')
    return row
  }

  #keep(row: StoreRow, draft: ConnectionDraft): void {
    const { name, host, account, shop_id, company, tokens } = draft
    const local = draft.interface === 'russian_local'
    const before = this.#kept.get(row.id)?.by_browser ?? false
    // A password takes the place of a sign-in.
    const by_browser =
      row.platform === 'mail' && (tokens.from === 'signed_in' || (before && draft.secret === ''))
    const born = this.#born(row)
    const capabilities = born.capabilities.map((each) =>
      local && ['orders', 'disputes'].includes(each.capability)
        ? { ...each, on: false, code: 'not_by_local_api' }
        : each,
    )
    this.#kept.set(row.id, {
      ...born,
      interface: draft.interface,
      authorised_until: local ? null : born.authorised_until,
      capabilities,
      name,
      host,
      account,
      shop_id,
      company,
      by_browser,
    })
  }

  /** A store of the pretend shop, as if it had been connected once. */
  #born(row: StoreRow): ConnectionDto {
    const mail = row.platform === 'mail'
    const can = mail ? ['mail'] : row.platform === 'shopee' ? [...ABILITIES, 'notifications'] : ABILITIES
    const capabilities = can.map((capability): CapabilityDto => {
      const code = row.off.find(([off]) => off === capability)?.[1] ?? null
      const on = row.light === 'waiting' ? null : code === null
      return { capability, on, code }
    })
    const days = row.token_days ?? 300
    return {
      interface: 'usual',
      name: row.name,
      host: mail
        ? 'imap.exmail.qq.com:993'
        : DIRECTORY.gateways.find((each) => each.platform === row.platform)!.url,
      account: mail ? 'admin@caidian.example' : row.platform === 'shopee' ? '2001234' : '500001',
      shop_id: row.platform === 'shopee' ? '220011' : '',
      company: '',
      by_browser: false,
      authorised_until: mail ? null : iso(this.now() + days * DAY - 3_600_000),
      capabilities,
    }
  }
}

const allowed = (report: ReportDto, anyway: boolean) =>
  report.verdict === 'fit' || (anyway && report.verdict === 'partly')
