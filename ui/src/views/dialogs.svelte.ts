import type { ArithmeticLine, AssignmentDto, DeadlineDto, StoreRow } from '../ipc/client'
import type { Host } from '../ipc/host'
import type { Link } from '../conversation/mail'
import type { LogPlace } from '../log/log.svelte'
import { Resource } from '../shared/resource.svelte'
import { PushState, type PushHost } from '../stores/push.svelte'
import { RenewState, type RenewHost } from '../stores/renew.svelte'

export type DialogName =
  | 'arithmetic'
  | 'why'
  | 'keys'
  | 'settings'
  | 'connect'
  | 'store'
  | 'push'
  | 'seat'
  | 'transfer'
  | 'raw'
  | 'link'
  | 'erase'
  | 'log'

/** Which dialog is open, and what it asked the host for. */
export class Dialogs {
  open = $state<DialogName | null>(null)
  readonly sums = new Resource<{ deadline: DeadlineDto; lines: ArithmeticLine[] }[]>()
  readonly why = new Resource<AssignmentDto[]>()
  readonly raw = new Resource<string>()
  /** The link that is asked about. */
  link = $state.raw<Link | null>(null)
  /** The store whose connection is looked at. */
  readonly renew: RenewState
  /** The receiver of pushes that is set. */
  readonly push: PushState
  /** The conversation that the push log was opened for; null for all of it. */
  logOf = $state.raw<LogPlace | null>(null)
  #messageId = ''

  constructor(readonly host: Pick<Host, 'arithmetic' | 'why' | 'rawMessage'> & RenewHost & PushHost) {
    this.renew = new RenewState(host)
    this.push = new PushState(host)
  }

  show(name: DialogName): void {
    this.open = name
  }

  log(of: LogPlace | null): void {
    this.logOf = of
    this.open = 'log'
  }

  close(): void {
    this.open = null
  }

  /** Tests a store, or opens the form that renews its credentials. */
  test(store: StoreRow, renewing: boolean): void {
    this.open = 'store'
    void this.renew.open(store, renewing)
  }

  /** Opens the settings of the receiver that a store's pushes come through. */
  receive(store: StoreRow): void {
    this.open = 'push'
    void this.push.open(store)
  }

  /** A link is followed by nobody's click alone. */
  ask(link: Link): void {
    this.link = link
    this.open = 'link'
  }

  async arithmetic(deadlines: DeadlineDto[]): Promise<void> {
    if (this.open !== 'arithmetic') this.sums.clear()
    this.open = 'arithmetic'
    await this.sums.load(() =>
      Promise.all(
        deadlines
          .filter((d) => d.status !== 'cancelled')
          .map(async (deadline) => ({ deadline, lines: await this.host.arithmetic(deadline.id) })),
      ),
    )
  }

  async reasons(conversationId: string): Promise<void> {
    if (this.open !== 'why') this.why.clear()
    this.open = 'why'
    await this.why.load(() => this.host.why(conversationId))
  }

  async content(messageId = this.#messageId): Promise<void> {
    this.#messageId = messageId
    if (this.open !== 'raw') this.raw.clear()
    this.open = 'raw'
    await this.raw.load(() => this.host.rawMessage(messageId))
  }
}
