import type { ConnectionDto, StoreRow } from '../ipc/client'
import type { Host } from '../ipc/host'
import { Resource } from '../shared/resource.svelte'
import { EMPTY, type Direct, type FieldName, fieldsOf, OWN, secretOf, type Way } from './connection/draft'
import { ConnectionForm, type FormHost } from './connection/form.svelte'

export type RenewHost = FormHost &
  Pick<Host, 'storeConnection' | 'testStore' | 'changeConnection' | 'beginSignIn' | 'signInAgain'>

/** A store that is kept: tested as it is, or given other credentials after a test. */
export class RenewState extends ConnectionForm {
  store = $state.raw<StoreRow | null>(null)
  /** Whether the form is open; else the store is tested as it is. */
  renewing = $state(false)
  /** Whether the last change was kept. */
  saved = $state(false)
  readonly kept = new Resource<ConnectionDto | null>()
  readonly #host: RenewHost

  constructor(host: RenewHost) {
    super(host)
    this.#host = host
  }

  /** Whether all is known that the form shows. */
  readonly known = $derived.by(() => this.kept.value !== null && this.directory.value !== null)
  readonly slow = $derived.by(() => this.kept.slow || this.directory.slow)
  /** Why it is not: a test of the store as it is needs none of it but that the store is there. */
  readonly unread = $derived.by(() => this.kept.error ?? (this.renewing ? this.directory.error : null))

  /** Another address is shown no secret that nobody typed for it. */
  readonly moved = $derived(this.kept.value !== null && this.values.host.trim() !== this.kept.value.host)
  /** The owner signed in to a shop that is not this one. */
  readonly otherShop = $derived.by(() => {
    const shops = this.signIn.result?.shops ?? []
    const own = this.kept.value?.shop_id ?? ''
    return own !== '' && shops.length > 0 && !shops.includes(own) ? shops.join(', ') : ''
  })
  /** A new address needs new tokens. */
  readonly tokensMissing = $derived(this.moved && this.platform !== 'mail' && this.way === 'keep')

  override optional(field: FieldName): boolean {
    if (super.optional(field)) return true
    if (field === 'client_id' || field === 'client_secret')
      return this.#byBrowser && this.values.client_id === '' && this.values.client_secret === ''
    return field === 'secret' && !this.moved && !this.#byBrowser
  }
  /** A mailbox that goes on with the sign-in that it has, unless its owner wants another. */
  get #byBrowser(): boolean {
    return !this.moved && this.kept.value?.by_browser === true
  }
  protected override offered(): readonly Way[] {
    const ways = super.offered()
    if (this.local) return ways
    if (this.platform !== 'mail') return ['keep', ...ways]
    return this.#byBrowser ? ['keep', ...new Set<Way>(['browser', ...ways])] : ways
  }
  /** Account and shop are what the store is known by. */
  protected override shown() {
    return fieldsOf(this.platform).filter((field) => field !== 'account')
  }
  protected begin() {
    // What is kept would lead to the address of before.
    if (this.moved) return this.#host.beginSignIn(this.draft(), this.redirect.trim())
    const key = secretOf(this.platform, this.values, this.way)
    return this.#host.signInAgain(this.store?.id ?? '', key, this.redirect.trim())
  }
  /** The shop stays the one that it is. */
  protected override signedIn(): void {
    this.values.shop_id = this.kept.value?.shop_id ?? ''
  }

  /** Shows a store: its test, or the form to renew it. */
  async open(store: StoreRow, renewing: boolean): Promise<void> {
    this.close()
    this.store = store
    this.platform = store.platform as Direct
    this.renewing = renewing
    await Promise.all([this.loadDirectory(), this.kept.load(() => this.#host.storeConnection(store.id))])
    if (this.store !== store) return
    this.#fill()
    if (!renewing) await this.test()
  }

  /** Reads once more what could not be read. */
  again(): Promise<void> {
    return this.store ? this.open(this.store, this.renewing) : Promise.resolve()
  }

  /** Nothing that was typed stays. */
  close(): void {
    this.clear(this.platform)
    this.store = null
    this.saved = false
    this.kept.clear()
  }

  renew(): void {
    this.report = null
    this.saved = false
    this.renewing = true
  }

  async test(): Promise<boolean> {
    this.renewing = false
    this.report = null
    return this.tests(() => this.#host.testStore(this.store?.id ?? ''))
  }

  /** Tests what was typed and keeps it if the test allows; `anyway`: also where permissions are missing. */
  async save(anyway: boolean): Promise<boolean> {
    this.asked = 'all'
    if (!this.ready || this.otherShop !== '' || this.tokensMissing) return false
    const { store } = this
    let kept = false
    await this.tests(async () => {
      const done = await this.#host.changeConnection(store?.id ?? '', this.draft(), anyway)
      kept = done.store_id !== null
      return done.report
    })
    if (!kept || this.store !== store) return kept
    this.saved = true
    this.#forget()
    await this.kept.load(() => this.#host.storeConnection(store?.id ?? ''))
    this.way = this.ways[0]!
    return true
  }

  /** What is kept, without what is secret. */
  #fill(): void {
    const kept = this.kept.value
    if (!kept) return
    const { name, host, account, company, shop_id } = kept
    this.by = kept.interface
    this.values = { ...EMPTY, name, host, account, company, shop_id }
    this.gateway = this.gateways.find((each) => each.url === host)?.id ?? OWN
    this.mailbox = this.directory.value?.mailboxes.find((each) => each.host === host)?.id ?? ''
    this.settle()
    this.way = this.ways[0]!
  }

  #forget(): void {
    this.signIn.reset()
    this.way = this.ways[0]!
    const { name, host, account, company, shop_id } = this.values
    this.values = { ...EMPTY, name, host, account, company, shop_id }
  }
}
