import { afterEach, describe, expect, it, vi } from 'vitest'
import type { RuleDraftDto, RuleDto } from '../../ipc/client'
import { HostError } from '../../ipc/host'
import { speak } from '../../shared/locale.svelte'
import { conditionFault, draftOf, emptyRule, partsOf, suits, typedCondition, typedRule } from './draft'
import { examples } from './examples'
import { RuleForm, RulesState, type RuleHost } from './rules.svelte'

afterEach(() => speak('zh-CN'))

const draft: RuleDraftDto = {
  id: 'rule1',
  name: '尺码',
  enabled: true,
  trigger: 'buyer_enquiry',
  conditions: [
    { condition: 'words', any: ['talla', '尺码'] },
    { condition: 'working_time', inside: false },
    { condition: 'clock', from: '22:00', to: '09:00' },
  ],
  targets: [
    { target: 'owner' },
    { target: 'group', accounts: ['a1', 'a2'] },
    { target: 'wecom_group', robot: 'r1' },
  ],
  reply: { texts: { zh: '您好', en: 'Hello' }, hand_over: 'a1' },
}
const ruleOf = (id: string, more: Partial<RuleDto> = {}): RuleDto => ({
  id,
  name: id,
  enabled: true,
  draft: { ...draft, id, name: id },
  gone: [],
  changed_at: '2026-11-20T10:00:00Z',
  changed_by: null,
  fired: 0,
  last_fired: null,
  ...more,
})

function host(over: Partial<RuleHost> = {}): RuleHost {
  return {
    messageRules: vi.fn(async () => [ruleOf('a'), ruleOf('b'), ruleOf('c')]),
    saveMessageRule: vi.fn(async () => ({ id: 'new', problems: [] })),
    orderMessageRules: vi.fn(async () => null),
    switchMessageRule: vi.fn(async () => null),
    removeMessageRule: vi.fn(async () => null),
    rehearseRule: vi.fn(async () => []),
    robots: vi.fn(async () => []),
    onChanged: () => () => undefined,
    ...over,
  }
}

describe('a rule in the editor', () => {
  it('comes out as it went in', () => {
    expect(draftOf(typedRule(draft)), 'opening and saving changes nothing').toEqual(draft)
    const one = { ...draft, targets: [{ target: 'agent' as const, account: 'a1' }], reply: null }
    expect(draftOf(typedRule(one)), 'one agent is no group').toEqual(one)
  })

  it('leaves a text out where there is no buyer to answer, and keeps it in its field', () => {
    const rule = { ...typedRule(draft), trigger: 'complaint_mail' as const }
    expect(draftOf(rule).reply, 'a mail has no buyer').toBeNull()
    expect(rule.texts['zh'], 'whoever changes their mind has it still').toBe('您好')
  })

  it.each([
    ['talla, 尺码，what size', 'words', ['talla', '尺码', 'what size']],
    ['ru br，cn', 'country', ['RU', 'BR', 'CN']],
    [' ready_to_ship ', 'status', ['READY_TO_SHIP']],
    ['a,,a', 'words', ['a']],
  ] as const)('%j is a list of %s', (text, kind, parts) => {
    expect(partsOf(text, kind), 'however it is separated').toEqual(parts)
  })

  it('says of a condition that it can never hold, that it is empty, or that it has no length', () => {
    expect(conditionFault(typedCondition('last_stage'), 'buyer_enquiry')).toBe('never')
    expect(conditionFault(typedCondition('words'), 'buyer_enquiry')).toBe('empty')
    expect(conditionFault(typedCondition('store'), 'buyer_enquiry')).toBe('empty')
    const hour = { ...typedCondition('clock'), from: '09:00', to: '09:00' }
    expect(conditionFault(hour, 'buyer_enquiry')).toBe('same')
    expect(conditionFault(typedCondition('working_time'), 'buyer_enquiry')).toBeNull()
  })

  it('offers only conditions that its event has', () => {
    expect(suits('status', 'new_order')).toBe(true)
    expect(suits('status', 'buyer_enquiry')).toBe(false)
    expect(suits('words', 'deadline_stage'), 'a deadline has no words').toBe(false)
    expect(suits('deadline', 'deadline_stage')).toBe(true)
  })

  it('begins with examples that can be saved as they are', () => {
    for (const { rule, name } of examples()) {
      const made = draftOf(rule)
      expect(made.targets.length, `${name} tells somebody`).toBeGreaterThan(0)
      const faults = rule.conditions.map((one) => conditionFault(one, rule.trigger))
      expect(
        faults.filter((fault) => fault !== null),
        name,
      ).toEqual([])
      if (made.reply)
        expect(
          Object.values(made.reply.texts).every((text) => text !== ''),
          name,
        ).toBe(true)
    }
  })
})

describe('the form of a rule', () => {
  it('keeps everything when it is refused, with all that is wrong', async () => {
    const problem = { code: 'no_name', index: null, language: null, words: null, what: null }
    const form = new RuleForm(
      host({ saveMessageRule: async () => ({ id: null, problems: [problem] }) }),
      draft,
    )
    expect(await form.save(), 'not kept').toBe(false)
    expect([form.problems, form.tried, form.rule.name]).toEqual([[problem], true, '尺码'])
  })

  it('knows that what was tried is no longer what stands there', async () => {
    const form = new RuleForm(host(), emptyRule())
    expect(form.stale, 'nothing was tried').toBe(false)
    await form.rehearse()
    expect(form.stale, 'just tried').toBe(false)
    form.rule.name = 'x'
    expect(form.stale, 'changed since').toBe(true)
  })
})

describe('the list of rules', () => {
  it('moves one place and stops at the ends', async () => {
    const shell = host()
    const rules = new RulesState(shell)
    await rules.load()
    expect(await rules.move('a', -1), 'it is the first').toBe(false)
    expect(await rules.move('a', 1)).toBe(true)
    expect(shell.orderMessageRules).toHaveBeenCalledWith(['b', 'a', 'c'])
  })

  it('brings a removed rule back at its place', async () => {
    const left = [ruleOf('a'), ruleOf('c')]
    const shell = host()
    const rules = new RulesState(shell)
    await rules.load()
    vi.mocked(shell.messageRules).mockResolvedValue(left)
    await rules.remove(ruleOf('b'))
    expect(rules.removed?.place, 'it was the second').toBe(1)
    await rules.undo()
    expect(vi.mocked(shell.saveMessageRule).mock.calls[0]![0].id, 'as a new one').toBeNull()
    expect(shell.orderMessageRules).toHaveBeenCalledWith(['a', 'new', 'c'])
    expect(rules.removed, 'once').toBeNull()
  })

  it('offers no way back for what nobody here can read', async () => {
    const rules = new RulesState(host())
    await rules.load()
    await rules.remove(ruleOf('b', { draft: null }))
    expect(rules.removed).toBeNull()
  })

  it('keeps what went wrong', async () => {
    const refuse = async () => Promise.reject(new HostError('disk_full', ''))
    const rules = new RulesState(host({ switchMessageRule: refuse }))
    await rules.switch('a', false)
    expect(rules.task.error?.code).toBe('disk_full')
  })
})
