import type { AppIdsDto, NewWayDto, RobotDto, RobotPatch, RobotTestDto, RuleDto } from '../../ipc/client'
import type { Host } from '../../ipc/host'
import { Task } from '../../shared/busy.svelte'
import { Resource } from '../../shared/resource.svelte'
import { appFaults, EVERYBODY, idsOfApp, readersFault, readersOf, typedOf, type AppFields } from './app'

/** What the page of ways out asks for. */
export type RobotHost = Pick<
  Host,
  | 'robots'
  | 'addRobot'
  | 'patchRobot'
  | 'replaceRobotKey'
  | 'removeRobot'
  | 'testRobot'
  | 'messageRules'
  | 'onChanged'
>
export type AddressFault = 'missing' | 'foreign_host' | 'no_key'

const KEY = /^[A-Za-z0-9-]{8,64}$/

/** What is wrong with a pasted webhook address, before it is sent anywhere. */
export function addressFault(pasted: string): AddressFault | null {
  const text = pasted.trim()
  if (text === '') return 'missing'
  if (KEY.test(text)) return null
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return 'no_key'
  }
  if (url.protocol !== 'https:' || url.hostname !== 'qyapi.weixin.qq.com') return 'foreign_host'
  return KEY.test(url.searchParams.get('key') ?? '') ? null : 'no_key'
}

/** The list of robots, and what is done with them. */
export class RobotsState {
  readonly list = new Resource<RobotDto[]>()
  /** The message rules: some of them may tell something to what is to be removed. */
  readonly rules = new Resource<RuleDto[]>()
  readonly task = new Task()
  /** The last test of each robot; its words stay until the next one. */
  tests = $state<Record<string, RobotTestDto | null>>({})
  testing = $state<string | null>(null)

  constructor(readonly host: RobotHost) {}

  load = () => this.list.load(() => this.host.robots())
  loadRules = () => this.rules.load(() => this.host.messageRules())

  /** Looks now and whenever the shell says that something changed; returns the way to stop. */
  watch(): () => void {
    void this.load()
    return this.host.onChanged((event) => {
      if (event.rail || event.all) void this.load()
    })
  }

  async patch(id: string, patch: Partial<RobotPatch>): Promise<boolean> {
    const none: RobotPatch = { name: null, ladder: null, silence: null, content: null, readers: null }
    const done = await this.task.run(() => this.host.patchRobot(id, { ...none, ...patch }))
    await this.load()
    return done
  }

  async test(id: string): Promise<void> {
    this.testing = id
    this.tests[id] = null
    await this.task.run(async () => {
      this.tests[id] = await this.host.testRobot(id)
    })
    this.testing = null
    await this.load()
  }

  async replaceKey(id: string, pasted: string, ids: AppIdsDto | null): Promise<boolean> {
    const done = await this.task.run(() => this.host.replaceRobotKey(id, pasted.trim(), ids))
    await this.load()
    return done
  }

  async remove(id: string): Promise<boolean> {
    const done = await this.task.run(() => this.host.removeRobot(id))
    await this.load()
    return done
  }
}

const NO_APP: Readonly<AppFields> = { corp: '', agent: '', secret: '' }

/** The form that adds a robot or an application. What was pasted is forgotten once it was taken. */
export class RobotForm {
  kind = $state<NewWayDto['kind']>('group')
  name = $state('')
  address = $state('')
  app = $state<AppFields>({ ...NO_APP })
  readers = $state(typedOf(EVERYBODY))
  /** Faults are shown once somebody tried. */
  tried = $state(false)
  readonly task = new Task()

  constructor(readonly host: Pick<Host, 'addRobot'>) {}

  readonly nameFault = $derived(this.tried && this.name.trim() === '')
  readonly addressFault = $derived(this.tried ? addressFault(this.address) : null)
  readonly appFaults = $derived(this.tried ? appFaults(this.app) : null)
  readonly readersFault = $derived(this.tried ? readersFault(this.readers) : null)

  /** A secret stays in no form that nobody looks at. */
  choose(kind: NewWayDto['kind']): void {
    this.kind = kind
    this.address = this.app.secret = ''
    this.tried = false
    this.task.error = null
  }

  #faulty(): boolean {
    if (this.nameFault) return true
    if (this.kind === 'group') return this.addressFault !== null
    return this.readersFault !== null || Object.values(this.appFaults ?? {}).some((fault) => fault !== null)
  }

  #way(): NewWayDto {
    if (this.kind === 'group') return { kind: 'group', address: this.address.trim() }
    const ids = idsOfApp(this.app)
    return { kind: 'app', ids, secret: this.app.secret.trim(), readers: readersOf(this.readers) }
  }

  async add(): Promise<boolean> {
    this.tried = true
    if (this.#faulty()) return false
    const robot = { name: this.name.trim(), way: this.#way() }
    const added = await this.task.run(() => this.host.addRobot(robot))
    if (added) {
      this.name = this.address = ''
      this.app = { ...NO_APP }
      this.readers = typedOf(EVERYBODY)
      this.tried = false
    }
    return added
  }
}
