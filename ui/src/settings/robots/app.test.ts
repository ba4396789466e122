import { describe, expect, it, vi } from 'vitest'
import {
  codeWords,
  healthHelp,
  helpWords,
  missedWords,
  readersFaultWords,
  readersWords,
  testWords,
} from '../../words/robots'
import { appFault, EVERYBODY, idsOf, readersFault, readersOf, typedOf } from './app'
import { RobotForm } from './robots.svelte'

const NOW = Date.parse('2026-11-20T10:32:00Z')
const typed = (users = '', parties = '', tags = '') => ({ everybody: false, users, parties, tags })
const many = (n: number) => Array.from({ length: n }, (_, i) => String(i + 1)).join(' ')

describe('what is typed of an application', () => {
  it.each([
    ['corp', 'ww1234567890abcdef', null],
    ['corp', ' ww1 ', null],
    ['corp', 'ww1&corpsecret=x', 'corp'],
    ['agent', '1000002', null],
    ['agent', '0', 'agent'],
    ['agent', '应用', 'agent'],
    ['secret', 'abc_DEF-1', null],
    ['secret', 'ab c', 'secret'],
    ['secret', '', 'missing'],
  ] as const)('%s %j is %s', (field, value, fault) => {
    expect(appFault(field, value), 'said before anything is sent').toBe(fault)
  })

  it.each([
    [typed('li wang'), null, ''],
    [typed('', '2，3', '7'), null, ''],
    [{ ...typed('@all'), everybody: true }, null, ''],
    [typed(), 'none', ''],
    [typed(' , '), 'none', ''],
    [typed('@all'), 'id', '@all'],
    [typed('li 张三'), 'id', '张三'],
    [typed('', '2 销售部'), 'id', '销售部'],
    [typed('', '', '0'), 'id', '0'],
    [typed('', '', '4294967296'), 'id', '4294967296'],
    [typed(many(1000), many(100), many(100)), null, ''],
    [typed(many(1001)), 'many', ''],
    [typed('', many(101)), 'many', ''],
    [typed('', '', many(101)), 'many', ''],
  ])('of the recipients %j is %s', (choice, fault, wrong) => {
    const found = readersFault(choice)
    expect([found?.fault ?? null, found?.wrong ?? '']).toEqual([fault, wrong])
    if (found) expect(readersFaultWords(found), 'and the wrong one is named').toContain(wrong)
  })

  it('ids are taken once, whatever stands between them, and go to the shell and back', () => {
    expect(idsOf(' li,wang；zhao|li\n chen、')).toEqual(['li', 'wang', 'zhao', 'chen'])
    const readers = readersOf(typed('li wang', '2'))
    expect(readersOf(typedOf(readers))).toEqual(readers)
    expect(readersOf({ ...typed('li'), everybody: true }), 'everybody is no list').toEqual(EVERYBODY)
  })
})

describe('the form that adds an application', () => {
  it('says all that is wrong, sends nothing until then, and forgets the secret', async () => {
    const addRobot = vi.fn(async () => 'r1')
    const form = new RobotForm({ addRobot })
    form.choose('app')
    form.readers = typed()
    expect(await form.add()).toBe(false)
    expect([form.appFaults, form.readersFault?.fault]).toEqual([
      { corp: 'missing', agent: 'missing', secret: 'missing' },
      'none',
    ])
    expect(addRobot).not.toHaveBeenCalled()
    form.name = '客服应用'
    form.app = { corp: ' ww1 ', agent: '1000002', secret: ' s3cret ' }
    form.readers = typed('li', '2')
    expect(await form.add()).toBe(true)
    expect(addRobot).toHaveBeenCalledWith({
      name: '客服应用',
      way: {
        kind: 'app',
        ids: { corp_id: 'ww1', agent_id: '1000002' },
        secret: 's3cret',
        readers: { everybody: false, users: ['li'], parties: ['2'], tags: [] },
      },
    })
    expect(form.app.secret, 'a secret stays nowhere').toBe('')
  })

  it('keeps no secret of the way that was not taken', () => {
    const form = new RobotForm({ addRobot: async () => 'r1' })
    form.address = 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=12345678'
    form.choose('app')
    form.app.secret = 's'
    form.choose('group')
    expect([form.address, form.app.secret]).toEqual(['', ''])
  })
})

describe('the words about an application', () => {
  const codes = ['40013', '40001', '40056', '60020', '60011', '81013', '48002']

  it('have a cause and a remedy of its own for every code that the owner can help', () => {
    expect(new Set(codes.map(codeWords)).size, 'each cause is another').toBe(codes.length)
    for (const code of codes) {
      expect(codeWords(code), 'with the code of WeCom’s own pages').toContain(code)
      expect(helpWords(code), `what to do about ${code}`).not.toBe('')
    }
    expect(helpWords('45009'), 'waiting is all').toBe('')
  })

  it('name the address that is to be trusted', () => {
    const stopped = { health: 'stopped', until: null, code: '60020', address: '203.0.113.7' } as const
    expect(healthHelp(stopped)).toContain('203.0.113.7')
    expect(healthHelp({ ...stopped, address: null }), 'also without it').not.toBe('')
  })

  it('name whom a test did not reach, a line a cause', () => {
    const missed = { users: ['gone'], parties: ['9'], tags: ['8'], unlicensed: ['new'] }
    const lines = missedWords(missed)
    expect(lines).toHaveLength(4)
    for (const [i, id] of ['gone', '9', '8', 'new'].entries()) expect(lines[i]).toContain(id)
    const partly = testWords({ end: 'sent', health: null, code: null, missed }, NOW)
    const all = testWords(
      { end: 'sent', health: null, code: null, missed: { users: [], parties: [], tags: [], unlicensed: [] } },
      NOW,
    )
    expect(partly, 'taken is not taken for everybody').not.toBe(all)
    const refused = testWords({ end: 'refused', health: null, code: '81013', missed }, NOW)
    expect(refused).toContain('81013')
  })

  it('say who receives it', () => {
    expect(readersWords({ everybody: false, users: ['li'], parties: ['2'], tags: [] })).toMatch(/li.*2/)
    expect(readersWords(EVERYBODY)).not.toMatch(/\d/)
  })
})
