import type {
  PlatformDto,
  RuleConditionDto,
  RuleDraftDto,
  RuleTargetDto,
  RuleTriggerDto,
} from '../../ipc/client'
import type { ConditionKind } from '../../words/rules'

/** A condition in the editor: its fields as they are typed. */
export interface TypedCondition {
  key: number
  kind: ConditionKind
  /** What was ticked, or the parts of a list. */
  picked: string[]
  /** A list as it is typed. */
  text: string
  yes: boolean
  from: string
  to: string
}

/** A rule in the editor. */
export interface TypedRule {
  id: string | null
  name: string
  enabled: boolean
  trigger: RuleTriggerDto
  conditions: TypedCondition[]
  owner: boolean
  everybody: boolean
  seats: string[]
  robots: string[]
  offers: boolean
  texts: Record<string, string>
  handOver: string | null
}

/** The languages that a text must have, and those that can be added. */
export const REQUIRED = ['zh', 'en']
export const LANGUAGES = ['zh', 'en', 'ru', 'es', 'fr', 'pt', 'de', 'ar']
export const PLATFORMS: PlatformDto[] = ['aliexpress', 'shopee', 'mail', 'bridge']
export const SENSITIVE = ['return', 'refund', 'bad_review', 'legal']

const TYPED: readonly ConditionKind[] = ['country', 'words', 'status']
const PICKED: readonly ConditionKind[] = ['store', 'platform', 'sensitive', 'deadline']

/** Whether there is a buyer whom a text could answer. */
export const hasBuyer = (trigger: RuleTriggerDto) =>
  ['buyer_enquiry', 'new_order', 'logistics_exception', 'return'].includes(trigger)

/** Whether events of this sort have what a condition asks for. */
export function suits(kind: ConditionKind, trigger: RuleTriggerDto): boolean {
  const stage = trigger === 'deadline_stage'
  if (kind === 'deadline' || kind === 'last_stage') return stage
  if (kind === 'words' || kind === 'sensitive') return !stage
  if (kind === 'status') return ['new_order', 'logistics_exception', 'return'].includes(trigger)
  return true
}

/** Parts of a list, however they are separated; words may have spaces inside. */
export function partsOf(text: string, kind: ConditionKind): string[] {
  const between = kind === 'words' ? /[,，;；、\n]/u : /[,，;；、\s]/u
  const parts = text.split(between).map((part) => part.trim())
  const whole = parts.filter((part) => part !== '')
  return [...new Set(kind === 'words' ? whole : whole.map((part) => part.toUpperCase()))]
}

let keys = 0
export const typedCondition = (kind: ConditionKind): TypedCondition => ({
  key: ++keys,
  kind,
  picked: [],
  text: '',
  yes: kind !== 'working_time',
  from: '22:00',
  to: '09:00',
})

/** Nothing in it yet. */
export const emptyRule = (): TypedRule => ({
  id: null,
  name: '',
  enabled: true,
  trigger: 'buyer_enquiry',
  conditions: [],
  owner: true,
  everybody: false,
  seats: [],
  robots: [],
  offers: false,
  texts: { zh: '', en: '' },
  handOver: null,
})

function typed(condition: RuleConditionDto): TypedCondition {
  const fresh = typedCondition(condition.condition)
  switch (condition.condition) {
    case 'country':
    case 'words':
    case 'status':
      return { ...fresh, text: condition.any.join(', ') }
    case 'store':
    case 'platform':
    case 'sensitive':
    case 'deadline':
      return { ...fresh, picked: [...condition.any] }
    case 'working_time':
      return { ...fresh, yes: condition.inside }
    case 'owned':
      return { ...fresh, yes: condition.owned }
    case 'clock':
      return { ...fresh, from: condition.from, to: condition.to }
    case 'last_stage':
      return fresh
  }
}

/** A rule as the editor shows it. */
export function typedRule(draft: RuleDraftDto): TypedRule {
  const rule = { ...emptyRule(), owner: false }
  const { id, name, enabled, trigger, reply } = draft
  Object.assign(rule, { id, name, enabled, trigger, conditions: draft.conditions.map(typed) })
  for (const target of draft.targets) {
    if (target.target === 'owner') rule.owner = true
    else if (target.target === 'everybody') rule.everybody = true
    else if (target.target === 'agent') rule.seats.push(target.account)
    else if (target.target === 'group') rule.seats.push(...target.accounts)
    else rule.robots.push(target.robot)
  }
  rule.seats = [...new Set(rule.seats)]
  if (reply) Object.assign(rule, { offers: true, texts: { ...reply.texts }, handOver: reply.hand_over })
  return rule
}

function condition(one: TypedCondition): RuleConditionDto {
  const { kind, picked, text, yes, from, to } = one
  switch (kind) {
    case 'country':
    case 'words':
    case 'status':
      return { condition: kind, any: partsOf(text, kind) }
    case 'platform':
      return { condition: kind, any: picked as PlatformDto[] }
    case 'store':
    case 'sensitive':
    case 'deadline':
      return { condition: kind, any: picked }
    case 'working_time':
      return { condition: kind, inside: yes }
    case 'owned':
      return { condition: kind, owned: yes }
    case 'clock':
      return { condition: kind, from, to }
    case 'last_stage':
      return { condition: kind }
  }
}

function targets(rule: TypedRule): RuleTargetDto[] {
  const seats: RuleTargetDto[] =
    rule.seats.length > 1
      ? [{ target: 'group', accounts: rule.seats }]
      : rule.seats.map((account) => ({ target: 'agent', account }))
  return [
    ...(rule.owner ? [{ target: 'owner' } as const] : []),
    ...(rule.everybody ? [{ target: 'everybody' } as const] : []),
    ...seats,
    ...rule.robots.map((robot): RuleTargetDto => ({ target: 'wecom_group', robot })),
  ]
}

/** A rule as it is handed in. A text stays in the editor, but out of a rule whose events have no buyer. */
export function draftOf(rule: TypedRule): RuleDraftDto {
  const { id, name, enabled, trigger } = rule
  const offers = rule.offers && hasBuyer(trigger)
  return {
    id,
    name: name.trim(),
    enabled,
    trigger,
    conditions: rule.conditions.map(condition),
    targets: targets(rule),
    reply: offers ? { texts: { ...rule.texts }, hand_over: rule.handOver } : null,
  }
}

/** What is wrong with a condition, before anybody is asked. */
export function conditionFault(
  one: TypedCondition,
  trigger: RuleTriggerDto,
): 'never' | 'empty' | 'same' | null {
  if (!suits(one.kind, trigger)) return 'never'
  if (TYPED.includes(one.kind) && partsOf(one.text, one.kind).length === 0) return 'empty'
  if (PICKED.includes(one.kind) && one.picked.length === 0) return 'empty'
  if (one.kind === 'clock' && one.from === one.to) return 'same'
  return null
}
