import type {
  ConnectionDraft,
  DirectoryDto,
  InterfaceDto,
  ReportDto,
  SignedInDto,
  SignInDto,
  TokensDraft,
} from '../../ipc/client'
import type { Host } from '../../ipc/host'
import { Task } from '../../shared/busy.svelte'
import { Resource } from '../../shared/resource.svelte'
import {
  APPLICATION,
  draftOf,
  EMPTY,
  type Direct,
  type Fault,
  faultOf,
  type FieldName,
  fieldsOf,
  mailboxOf,
  OWN,
  providerOf,
  tokenFieldsOf,
  type Values,
  type Way,
} from './draft'
import { SignInState, type SignInHost } from './signin.svelte'

export type FormHost = SignInHost & Pick<Host, 'directory'>

/** What is typed of a connection, and the test of it. What is secret stays only as long as the form is open. */
export abstract class ConnectionForm {
  platform = $state<Direct>('shopee')
  /** By which of the platform's interfaces, where there is more than one. */
  by = $state<InterfaceDto>('usual')
  values = $state<Values>({ ...EMPTY })
  /** The interface by its name, or {@link OWN}. */
  gateway = $state('')
  /** The provider of the mailbox by its name, or empty. */
  mailbox = $state('')
  way = $state<Way>('browser')
  /** The public address that the platform's console knows, if it wants one. */
  redirect = $state('')
  /** Faults are shown once somebody tried; a sign-in needs less than a test. */
  asked = $state<'nothing' | 'application' | 'all'>('nothing')
  report = $state.raw<ReportDto | null>(null)
  task = $state.raw(new Task())
  readonly directory = new Resource<DirectoryDto>()
  readonly signIn: SignInState

  constructor(host: FormHost) {
    this.signIn = new SignInState(
      host,
      () => this.begin(),
      (result) => this.signedIn(result),
    )
    this.loadDirectory = async () => {
      await this.directory.load(() => host.directory())
      if (this.platform === 'mail') {
        this.#discover(this.values.account)
        this.settle()
      } else if (this.values.host === '') this.#first()
    }
  }

  readonly loadDirectory: () => Promise<void>
  #discovered = ''
  /** The provider for which the way was chosen. */
  #served = ''
  #round = 0

  /** Begins the sign-in that belongs to this form. */
  protected abstract begin(): Promise<SignInDto>
  /** Whether a field may stay empty. */
  optional(field: FieldName): boolean {
    return (
      field === 'company' ||
      (field === 'refresh_token' && this.platform === 'aliexpress') ||
      (field === 'client_secret' && this.server?.sign_in !== 'id_and_secret')
    )
  }
  /** The fields that are shown above the way to the tokens. */
  protected shown(): readonly FieldName[] {
    return fieldsOf(this.platform)
  }
  /** Where the tokens may come from, the usual way first. */
  protected offered(): readonly Way[] {
    if (this.local) return ['password']
    if (this.platform !== 'mail') return ['browser', 'paste']
    if (!this.server?.sign_in) return ['password']
    return this.server.secret === 'browser' ? ['browser'] : ['password', 'browser']
  }

  /** A token from a seller cabinet is all that opens it. */
  readonly local = $derived(this.by === 'russian_local')
  readonly ways = $derived.by(() => this.offered())
  /** Whether the way is a question of its own, with its fields below it. */
  readonly chosen = $derived(
    !this.local && (this.platform !== 'mail' || this.ways.length > 1 || this.way === 'browser'),
  )
  readonly fields = $derived.by(() =>
    this.shown().filter((field) => !(this.platform === 'mail' && this.chosen && field === 'secret')),
  )
  readonly tokenFields = $derived(this.chosen ? tokenFieldsOf(this.platform, this.way) : [])
  readonly faults = $derived.by(
    () =>
      Object.fromEntries(
        [...this.fields, ...this.tokenFields].map((field) => [
          field,
          faultOf(this.platform, field, this.values[field], this.optional(field)),
        ]),
      ) as Partial<Record<FieldName, Fault | null>>,
  )
  readonly gateways = $derived(
    this.directory.value?.gateways.filter(
      (each) => each.platform === this.platform && each.interface === this.by,
    ) ?? [],
  )
  readonly provider = $derived(
    this.directory.value?.mailboxes.find((each) => each.id === this.mailbox) ?? null,
  )
  /** The provider of the mailbox by its server. */
  readonly server = $derived(
    this.platform === 'mail' ? providerOf(this.directory.value, this.values.host) : null,
  )
  /** A sign-in that is still to be made, or a shop to be chosen of it. */
  readonly unsigned = $derived.by(
    () =>
      this.way === 'browser' &&
      (this.signIn.phase !== 'done' || (this.platform === 'shopee' && this.values.shop_id === '')),
  )
  readonly ready = $derived(Object.values(this.faults).every((fault) => !fault) && !this.unsigned)

  /** What is wrong with a field, once that is to be said. */
  faultShown(field: FieldName): Fault | null {
    const said = this.asked === 'all' || (this.asked === 'application' && APPLICATION.has(field))
    return said ? (this.faults[field] ?? null) : null
  }

  set(field: FieldName, value: string): void {
    this.values[field] = value
    this.report = null
    // Tokens belong to the application that they were asked for with.
    if (APPLICATION.has(field) && this.signIn.phase !== 'idle') this.signIn.reset()
    if (this.platform === 'mail' && field === 'account') this.#discover(value)
    if (this.platform === 'mail' && field === 'host') this.settle()
  }

  /** The name stays; what belongs to the other interface goes. */
  chooseInterface(by: InterfaceDto): void {
    const { name } = this.values
    this.by = by
    this.values = { ...EMPTY, name }
    this.chooseWay(this.ways[0]!)
    this.#first()
  }

  chooseGateway(id: string): void {
    this.gateway = id
    this.set('host', this.gateways.find((each) => each.id === id)?.url ?? '')
  }

  chooseMailbox(id: string): void {
    this.mailbox = id
    if (this.provider) this.set('host', this.provider.host)
  }

  chooseWay(way: Way): void {
    this.way = way
    this.report = null
    this.signIn.reset()
    this.values = { ...this.values, access_token: '', refresh_token: '', client_secret: '' }
  }

  /** Each provider has its usual way; it changes with the server. */
  protected settle(): void {
    const served = this.server?.id ?? ''
    if (served === this.#served && this.ways.includes(this.way)) return
    this.#served = served
    this.chooseWay(this.ways[0]!)
  }

  /** Opens the platform's page once the application is known. */
  async startSignIn(): Promise<void> {
    this.asked = this.asked === 'all' ? 'all' : 'application'
    const wrong = [...APPLICATION].some((field) => this.faults[field])
    if (!wrong) await this.signIn.run()
  }

  protected signedIn(result: SignedInDto): void {
    if (this.platform === 'shopee') this.values.shop_id = result.shops.length === 1 ? result.shops[0]! : ''
  }

  draft(): ConnectionDraft {
    return draftOf(this.platform, this.values, this.#tokens(), this.way, this.by)
  }

  /** A test takes up to a minute; what it finds is of no use to a form that was put away meanwhile. */
  protected async tests(ask: () => Promise<ReportDto>): Promise<boolean> {
    const round = this.#round
    return this.task.run(async () => {
      const report = await ask()
      if (round === this.#round) this.report = report
    })
  }

  protected clear(platform: Direct): void {
    this.#round += 1
    this.signIn.reset()
    this.platform = platform
    this.by = 'usual'
    this.values = { ...EMPTY }
    this.mailbox = this.#discovered = this.#served = ''
    this.redirect = ''
    this.asked = 'nothing'
    this.report = null
    this.task = new Task()
    if (!this.ways.includes(this.way)) this.way = this.ways[0]!
    this.#first()
  }

  #tokens(): TokensDraft {
    if (this.way === 'keep' || this.way === 'password') return { from: 'nothing' }
    if (this.way === 'browser') return { from: 'signed_in', id: this.signIn.start?.id ?? '' }
    const { access_token, refresh_token } = this.values
    return { from: 'pasted', access: access_token.trim(), refresh: refresh_token.trim() }
  }

  /** The usual interface of the platform. */
  #first(): void {
    if (this.platform === 'mail') return
    const usual = this.gateways[0]
    this.gateway = usual?.id ?? OWN
    this.values.host = usual?.url ?? ''
  }

  /** An address of a known provider says where it is; what was typed by hand stays until another one is recognised. */
  #discover(address: string): void {
    const found = mailboxOf(this.directory.value, address)?.id ?? ''
    if (found !== '' && found !== this.#discovered) this.chooseMailbox(found)
    this.#discovered = found
  }
}
