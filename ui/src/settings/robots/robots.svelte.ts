import type { RobotDto, RobotPatch, RobotTestDto } from '../../ipc/client'
import type { Host } from '../../ipc/host'
import { Task } from '../../shared/busy.svelte'
import { Resource } from '../../shared/resource.svelte'

/** What the page of group robots asks for. */
export type RobotHost = Pick<
  Host,
  'robots' | 'addRobot' | 'patchRobot' | 'replaceRobotKey' | 'removeRobot' | 'testRobot' | 'onChanged'
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
  readonly task = new Task()
  /** The last test of each robot; its words stay until the next one. */
  tests = $state<Record<string, RobotTestDto | null>>({})
  testing = $state<string | null>(null)

  constructor(readonly host: RobotHost) {}

  load = () => this.list.load(() => this.host.robots())

  /** Looks now and whenever the shell says that something changed; returns the way to stop. */
  watch(): () => void {
    void this.load()
    return this.host.onChanged((event) => {
      if (event.rail || event.all) void this.load()
    })
  }

  async patch(id: string, patch: Partial<RobotPatch>): Promise<boolean> {
    const none: RobotPatch = { name: null, ladder: null, silence: null }
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

  async replaceKey(id: string, address: string): Promise<boolean> {
    const done = await this.task.run(() => this.host.replaceRobotKey(id, address.trim()))
    await this.load()
    return done
  }

  async remove(id: string): Promise<boolean> {
    const done = await this.task.run(() => this.host.removeRobot(id))
    await this.load()
    return done
  }
}

/** The form that adds a robot. What was pasted is forgotten once it was taken. */
export class RobotForm {
  name = $state('')
  address = $state('')
  /** Faults are shown once somebody tried. */
  tried = $state(false)
  readonly task = new Task()

  constructor(readonly host: Pick<Host, 'addRobot'>) {}

  readonly nameFault = $derived(this.tried && this.name.trim() === '')
  readonly addressFault = $derived(this.tried ? addressFault(this.address) : null)

  async add(): Promise<boolean> {
    this.tried = true
    if (this.name.trim() === '' || addressFault(this.address) !== null) return false
    const robot = { name: this.name.trim(), address: this.address.trim() }
    const added = await this.task.run(() => this.host.addRobot(robot))
    if (added) {
      this.name = this.address = ''
      this.tried = false
    }
    return added
  }
}
