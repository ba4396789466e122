import type {
  AppIdsDto,
  LogRobotDto,
  NewRobotDto,
  RobotAppDto,
  RobotDto,
  RobotHealthDto,
  RobotMissedDto,
  RobotPatch,
  RobotTestDto,
} from '../client'
import { HostError } from '../host'
import { FakeBase } from './base'
import { iso } from './model'

const fine: RobotHealthDto = { health: 'working', until: null, code: null, address: null }
const nobody: RobotMissedDto = { users: [], parties: [], tags: [], unlicensed: [] }

/**
 * Ways out as the shell keeps them: a key goes in and never comes out. A name with `坏` in it is refused, and of readers
 * those are unknown whose id begins with `gone` or `9`.
 */
export class FakeRobots extends FakeBase {
  #robots: RobotDto[] = []
  protected readonly removedRobots: LogRobotDto[] = []
  #made = 0

  robots = async (): Promise<RobotDto[]> => {
    await this.answer()
    if (this.scene === 'trouble' && this.#made === 0) this.#broken()
    return this.#robots.map((robot) => ({ ...robot }))
  }
  addRobot = async ({ name, way }: NewRobotDto): Promise<string> => {
    await this.answer()
    if (this.#robots.some((robot) => robot.name === name)) throw new HostError('invalid', 'conflict')
    const robot =
      way.kind === 'group'
        ? this.#make(name, way.address.slice(-4), null)
        : this.#make(name, way.ids.agent_id, { corp_id: way.ids.corp_id, readers: way.readers })
    this.changed([])
    return robot.id
  }
  patchRobot = async (id: string, patch: RobotPatch): Promise<null> => {
    const { readers, ...rest } = patch
    const given = Object.entries(rest).filter(([, value]) => value !== null)
    const robot = Object.assign(this.#robot(id), Object.fromEntries(given))
    if (readers && robot.app) robot.app = { ...robot.app, readers }
    return null
  }
  replaceRobotKey = async (id: string, pasted: string, ids: AppIdsDto | null): Promise<null> => {
    const robot = this.#robot(id)
    const mark = robot.app ? (ids?.agent_id ?? robot.mark) : pasted.slice(-4)
    if (robot.app && ids) robot.app = { ...robot.app, corp_id: ids.corp_id }
    Object.assign(robot, { mark, health: fine, waiting: 0, oldest: null })
    return null
  }
  removeRobot = async (id: string): Promise<null> => {
    this.removedRobots.push({ id, name: this.#robot(id).name, gone: true })
    this.#robots = this.#robots.filter((robot) => robot.id !== id)
    return null
  }
  testRobot = async (id: string): Promise<RobotTestDto> => {
    await this.answer()
    const robot = this.#robot(id)
    if (robot.name.includes('坏')) robot.health = this.#stopped(robot)
    robot.last_at = iso(this.now())
    if (robot.health.health === 'working') {
      const missed = missedOf(robot)
      const named = robot.app
        ? Object.values(robot.app.readers)
            .flat()
            .filter((id) => id !== false)
        : []
      const all = named.length > 0 && Object.values(missed).flat().length === named.length
      robot.last_result = all ? 'refused' : 'sent'
      return all
        ? { end: 'refused', health: null, code: '81013', missed: nobody }
        : { end: 'sent', health: null, code: null, missed }
    }
    robot.waiting += 1
    robot.oldest ??= iso(this.now())
    robot.last_result = 'owner_must_act'
    return { end: null, health: robot.health, code: null, missed: nobody }
  }

  #robot(id: string): RobotDto {
    const robot = this.#robots.find((one) => one.id === id)
    if (!robot) throw new HostError('not_found', 'robot')
    return robot
  }

  #stopped({ app }: RobotDto): RobotHealthDto {
    const trouble = app ? { code: '60020', address: '203.0.113.7' } : { code: '93000', address: null }
    return { health: 'stopped', until: null, ...trouble }
  }

  #make(name: string, mark: string, app: RobotAppDto | null): RobotDto {
    this.#made += 1
    const robot: RobotDto = {
      id: `r${this.#made}`,
      name,
      mark,
      app,
      ladder: false,
      silence: false,
      content: false,
      waiting: 0,
      oldest: null,
      health: fine,
      last_at: null,
      last_result: null,
    }
    this.#robots.push(robot)
    return robot
  }

  /** Two robots in trouble: one that is refused again and again, one that is gone. */
  #broken(): void {
    const minutes = (n: number) => iso(this.now() + n * 60_000)
    Object.assign(this.#make('客服群', '77aa', null), {
      ladder: true,
      waiting: 3,
      oldest: minutes(-12),
      health: { health: 'open', until: minutes(4), code: '45009', address: null },
      last_at: minutes(-1),
      last_result: 'later',
    })
    Object.assign(this.#make('运营群', '19c4', null), {
      silence: true,
      waiting: 1,
      oldest: minutes(-40),
      health: { health: 'stopped', until: null, code: '93000', address: null },
      last_at: minutes(-40),
      last_result: 'owner_must_act',
    })
  }
}

/** Who of an application's readers is unknown. */
function missedOf({ app }: RobotDto): RobotMissedDto {
  if (!app) return nobody
  const unknown = (ids: string[]) => ids.filter((id) => id.startsWith('gone') || id.startsWith('9'))
  const { users, parties, tags } = app.readers
  return { users: unknown(users), parties: unknown(parties), tags: unknown(tags), unlicensed: [] }
}
