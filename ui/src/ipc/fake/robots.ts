import type { NewRobotDto, RobotDto, RobotHealthDto, RobotPatch, RobotTestDto } from '../client'
import { HostError } from '../host'
import { FakeBase } from './base'
import { iso } from './model'

const fine: RobotHealthDto = { health: 'working', until: null, code: null }

/** Group robots as the shell keeps them: a key goes in and never comes out. A name with `坏` in it is refused. */
export class FakeRobots extends FakeBase {
  #robots: RobotDto[] = []
  #made = 0

  robots = async (): Promise<RobotDto[]> => {
    await this.answer()
    if (this.scene === 'trouble' && this.#made === 0) this.#broken()
    return this.#robots.map((robot) => ({ ...robot }))
  }
  addRobot = async ({ name, address }: NewRobotDto): Promise<string> => {
    await this.answer()
    if (this.#robots.some((robot) => robot.name === name)) throw new HostError('invalid', 'conflict')
    const robot = this.#make(name, address.slice(-4))
    this.changed([])
    return robot.id
  }
  patchRobot = async (id: string, patch: RobotPatch): Promise<null> => {
    const given = Object.entries(patch).filter(([, value]) => value !== null)
    Object.assign(this.#robot(id), Object.fromEntries(given))
    return null
  }
  replaceRobotKey = async (id: string, address: string): Promise<null> => {
    Object.assign(this.#robot(id), { mark: address.slice(-4), health: fine, waiting: 0, oldest: null })
    return null
  }
  removeRobot = async (id: string): Promise<null> => {
    this.#robots = this.#robots.filter((robot) => robot.id !== id)
    return null
  }
  testRobot = async (id: string): Promise<RobotTestDto> => {
    await this.answer()
    const robot = this.#robot(id)
    if (robot.name.includes('坏')) robot.health = { health: 'stopped', until: null, code: '93000' }
    robot.last_at = iso(this.now())
    if (robot.health.health === 'working') {
      robot.last_result = 'sent'
      return { end: 'sent', health: null }
    }
    robot.waiting += 1
    robot.oldest ??= iso(this.now())
    robot.last_result = 'owner_must_act'
    return { end: null, health: robot.health }
  }

  #robot(id: string): RobotDto {
    const robot = this.#robots.find((one) => one.id === id)
    if (!robot) throw new HostError('not_found', 'robot')
    return robot
  }

  #make(name: string, mark: string): RobotDto {
    this.#made += 1
    const robot: RobotDto = {
      id: `r${this.#made}`,
      name,
      mark,
      ladder: false,
      silence: false,
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
    Object.assign(this.#make('客服群', '77aa'), {
      ladder: true,
      waiting: 3,
      oldest: minutes(-12),
      health: { health: 'open', until: minutes(4), code: '45009' },
      last_at: minutes(-1),
      last_result: 'later',
    })
    Object.assign(this.#make('运营群', '19c4'), {
      silence: true,
      waiting: 1,
      oldest: minutes(-40),
      health: { health: 'stopped', until: null, code: '93000' },
      last_at: minutes(-40),
      last_result: 'owner_must_act',
    })
  }
}
