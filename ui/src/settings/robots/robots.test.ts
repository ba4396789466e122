import { describe, expect, it, vi } from 'vitest'
import type { RobotDto, RobotTestDto } from '../../ipc/client'
import { HostError } from '../../ipc/host'
import { healthWords, queueWords, testWords } from '../../words/robots'
import { addressFault, RobotForm, RobotsState, type RobotHost } from './robots.svelte'

const NOW = Date.parse('2026-11-20T10:32:00Z')
const KEY = '0f1e2d3c-0000-4000-8000-00000000beef'
const ADDRESS = `https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=${KEY}`
const robot: RobotDto = {
  id: 'r1',
  name: '客服群',
  mark: 'beef',
  app: null,
  ladder: true,
  silence: false,
  content: false,
  waiting: 3,
  oldest: '2026-11-20T10:20:00Z',
  health: { health: 'open', until: '2026-11-20T10:36:00Z', code: '45009', address: null },
  last_at: '2026-11-20T10:31:00Z',
  last_result: 'later',
}

const NOBODY = { users: [], parties: [], tags: [], unlicensed: [] }
const SENT: RobotTestDto = { end: 'sent', health: null, code: null, missed: NOBODY }

function host(over: Partial<RobotHost> = {}): RobotHost {
  return {
    robots: vi.fn(async () => [robot]),
    addRobot: vi.fn(async () => 'r1'),
    patchRobot: vi.fn(async () => null),
    replaceRobotKey: vi.fn(async () => null),
    removeRobot: vi.fn(async () => null),
    testRobot: vi.fn(async () => SENT),
    messageRules: vi.fn(async () => []),
    onChanged: () => () => undefined,
    ...over,
  }
}

describe('a webhook address', () => {
  it.each([
    [ADDRESS, null],
    [` ${ADDRESS}\n`, null],
    [KEY, null],
    ['', 'missing'],
    ['https://qyapi.weixin.qq.com/cgi-bin/webhook/send', 'no_key'],
    ['http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=12345678', 'foreign_host'],
    ['https://qyapi.weixin.qq.com.shop.example/?key=12345678', 'foreign_host'],
    ['a key', 'no_key'],
  ] as const)('%j is %s', (pasted, fault) => {
    expect(addressFault(pasted), 'said before anything is sent').toBe(fault)
  })
})

describe('the form that adds a robot', () => {
  it('sends nothing while something is wrong', async () => {
    const shell = host()
    const form = new RobotForm(shell)
    form.address = 'https://shop.example/'
    expect(await form.add(), 'not added').toBe(false)
    expect([form.nameFault, form.addressFault], 'both fields say so').toEqual([true, 'foreign_host'])
    expect(shell.addRobot, 'the shell is not asked').not.toHaveBeenCalled()
  })

  it('forgets the address once it was taken, and keeps it when it was refused', async () => {
    const refused = vi.fn(async () => Promise.reject(new HostError('key_store', 'locked')))
    const form = new RobotForm(host({ addRobot: refused }))
    form.name = '客服群'
    form.address = ADDRESS
    expect([await form.add(), form.address], 'nobody has to paste it again').toEqual([false, ADDRESS])
    const taken = new RobotForm(host())
    taken.name = '客服群'
    taken.address = ADDRESS
    expect([await taken.add(), taken.address], 'a secret stays nowhere').toEqual([true, ''])
  })
})

describe('the list of robots', () => {
  it('changes one thing and leaves the others alone', async () => {
    const shell = host()
    await new RobotsState(shell).patch('r1', { ladder: false })
    expect(shell.patchRobot).toHaveBeenCalledWith('r1', {
      name: null,
      ladder: false,
      silence: null,
      content: null,
      readers: null,
    })
    expect(shell.robots, 'and looks how it is now').toHaveBeenCalled()
  })

  it('keeps the outcome of a test beside its robot', async () => {
    const robots = new RobotsState(host())
    await robots.test('r1')
    expect(robots.tests['r1'], 'until the next test').toEqual(SENT)
    expect(robots.testing, 'it is over').toBeNull()
  })
})

describe('the words about a robot', () => {
  it('say why nothing goes out and when it is tried again', () => {
    expect(healthWords(robot.health, NOW)).toContain('18:36')
    expect(
      healthWords({ health: 'working', until: null, code: null, address: null }, NOW),
      'nothing to say',
    ).toBe('')
    const unknown = healthWords({ health: 'stopped', until: null, code: '49999', address: null }, NOW)
    expect(unknown, 'a code without words of its own is shown').toContain('49999')
  })

  it('say what waits, since when, and what became of the last one', () => {
    const words = queueWords(robot, NOW)
    expect(words).toContain('3')
    expect(words, 'platform time').toContain('18:20')
    expect(words).toContain('18:31')
    const fresh = queueWords({ ...robot, waiting: 0, oldest: null, last_at: null, last_result: null }, NOW)
    expect(fresh, 'nothing was told yet').not.toContain('18:')
  })

  it('tell the ends of a test apart', () => {
    const ends = ['sent', 'refused', 'unknown', null].map((end) => testWords({ ...SENT, end }, NOW))
    expect(new Set(ends).size, 'each is something else to do').toBe(4)
    expect(testWords({ ...SENT, end: null, health: robot.health }, NOW), 'and why it waits').toContain(
      '18:36',
    )
  })
})
