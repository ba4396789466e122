import { describe, expect, it } from 'vitest'
import type { RobotDto, RuleDto, RuleTargetDto } from '../../ipc/client'
import { usesWords } from '../../words/robots'
import { usesOf } from './uses'

const robot = (id: string, over: Partial<RobotDto> = {}): RobotDto => ({
  id,
  name: `群 ${id}`,
  mark: 'beef',
  app: null,
  ladder: false,
  silence: false,
  content: false,
  waiting: 0,
  oldest: null,
  health: { health: 'working', until: null, code: null, address: null },
  last_at: null,
  last_result: null,
  ...over,
})
const rule = (name: string, targets: RuleTargetDto[] | null, enabled = true): RuleDto => ({
  id: name,
  name,
  enabled,
  draft: targets && ({ id: name, name, enabled, targets } as unknown as NonNullable<RuleDto['draft']>),
  gone: [],
  changed_at: '2026-11-20T10:00:00Z',
  changed_by: null,
  fired: 0,
  last_fired: null,
})
const to = (id: string): RuleTargetDto => ({ target: 'wecom_group', robot: id })

describe('what uses a way out', () => {
  it('are the rules that tell something there, on or off, and no others', () => {
    const rules = [
      rule('退货', [to('r1')]),
      rule('物流', [to('r2'), { target: 'everybody' }]),
      rule('差评', [{ target: 'owner' }, to('r1')], false),
      rule('新版', null),
    ]
    const uses = usesOf(robot('r1'), [robot('r1'), robot('r2')], rules)
    expect(uses.rules).toEqual([
      { name: '退货', on: true },
      { name: '差评', on: false },
    ])
    const lines = usesWords(uses)
    expect(lines, 'a line each, by name').toHaveLength(2)
    expect(lines[0]).toContain('退货')
    expect(lines[1]).toContain('差评')
  })

  it('are the ladder and the silent stores, with who still takes them', () => {
    const all = [robot('r1', { ladder: true, silence: true }), robot('r2', { ladder: true }), robot('r3')]
    const uses = usesOf(all[0]!, all, [])
    expect([uses.ladder, uses.silence]).toEqual([['群 r2'], []])
    const [ladder, silence] = usesWords(uses)
    expect(ladder, 'goes on there').toContain('群 r2')
    expect(silence, 'goes nowhere any more').not.toContain('群')
    expect(usesOf(all[2]!, all, []), 'of one that nothing uses nothing is said').toEqual({
      rules: [],
      ladder: null,
      silence: null,
      waiting: 0,
    })
  })

  it('what waits there is given up, and that is said', () => {
    const uses = usesOf(robot('r1', { waiting: 3 }), [], [])
    expect(usesWords(uses).join()).toContain('3')
  })
})
