import type {
  FiredDto,
  RuleConditionDto,
  RuleDraftDto,
  RuleGoneDto,
  RuleProblemDto,
  RuleTriggerDto,
  SawDto,
} from '../ipc/client'
import { m } from '../paraglide/messages.js'
import { countryName, languageName } from '../shared/format'
import { seatName } from '../shared/person'
import { kindWords, platformWords, sensitiveWords } from './codes'

export type ConditionKind = RuleConditionDto['condition']

/** What seats, stores and group robots are called; a name that nobody knows is left out. */
export interface RuleNames {
  seat: (id: string) => string | null
  store: (id: string) => string | null
  robot: (id: string) => string | null
}

/** In the order in which they are offered. */
export const EVENTS: Readonly<Record<RuleTriggerDto, () => string>> = {
  buyer_enquiry: m.event_buyer_enquiry,
  new_order: m.event_new_order,
  logistics_exception: m.event_logistics_exception,
  return: m.event_return,
  complaint_mail: m.event_complaint_mail,
  penalty: m.event_penalty,
  account_security: m.event_account_security,
  notice: m.event_notice,
  suspicious_mail: m.event_suspicious_mail,
  deadline_stage: m.event_deadline_stage,
}

export const CONDITIONS: Readonly<Record<ConditionKind, () => string>> = {
  words: m.condition_words,
  store: m.condition_store,
  platform: m.condition_platform,
  country: m.condition_country,
  sensitive: m.condition_sensitive,
  status: m.condition_status,
  working_time: m.condition_working_time,
  clock: m.condition_clock,
  owned: m.condition_owned,
  deadline: m.condition_deadline,
  last_stage: m.condition_last_stage,
}

/** What was not chosen yet is a gap, not a sentence that ends too early. */
const GAP = '…'
const or = (all: readonly string[]) => all.join(m.list_or()) || GAP
const known = (names: readonly (string | null)[]) => names.filter((name) => name !== null)

/** A condition as it stands in a sentence. */
export function conditionWords(condition: RuleConditionDto, names: Pick<RuleNames, 'store'>): string {
  switch (condition.condition) {
    case 'store':
      return m.holds_store({ any: or(known(condition.any.map(names.store))) })
    case 'platform':
      return m.holds_platform({ any: or(condition.any.map(platformWords)) })
    case 'country':
      return m.holds_country({ any: or(condition.any.map(countryName)) })
    case 'words':
      return m.holds_words({ any: condition.any.join(m.words_or()) || GAP })
    case 'sensitive':
      return m.holds_sensitive({ any: or(condition.any.map(sensitiveWords)) })
    case 'status':
      return m.holds_status({ any: or(condition.any) })
    case 'working_time':
      return condition.inside ? m.holds_working() : m.holds_not_working()
    case 'clock':
      return m.holds_clock({ from: condition.from, to: condition.to })
    case 'owned':
      return condition.owned ? m.holds_owned() : m.holds_not_owned()
    case 'deadline':
      return m.holds_deadline({ any: or(condition.any.map(kindWords)) })
    case 'last_stage':
      return m.holds_last_stage()
  }
}

/** What a condition saw, as a reason. */
export function sawWords({ saw, values }: SawDto): string {
  const [first = ''] = values
  const words: Readonly<Record<string, () => string>> = {
    store: () => m.holds_store({ any: first }),
    platform: () => m.holds_platform({ any: platformWords(first) }),
    country: () => m.holds_country({ any: countryName(first) }),
    words: () => m.holds_words({ any: values.join(m.words_or()) }),
    sensitive: () => m.holds_sensitive({ any: or(values.map(sensitiveWords)) }),
    status: () => m.holds_status({ any: first }),
    working_time: () => (first === 'true' ? m.holds_working() : m.holds_not_working()),
    clock: () => m.holds_clock_at({ at: first }),
    owner: () => (values.length > 0 ? m.holds_owned() : m.holds_not_owned()),
    deadline: () => m.holds_deadline({ any: kindWords(first) }),
    last_stage: m.holds_last_stage,
  }
  return words[saw]?.() ?? values.join(m.list_separator())
}

/** The people and groups that a rule tells. */
function toldWords(draft: RuleDraftDto, names: RuleNames): string[] {
  return draft.targets.flatMap((target) => {
    switch (target.target) {
      case 'owner':
        return [m.rule_who_owner()]
      case 'everybody':
        return [m.rule_who_everybody()]
      case 'agent':
        return known([names.seat(target.account)])
      case 'group':
        return known(target.accounts.map(names.seat))
      case 'wecom_group': {
        const name = names.robot(target.robot)
        return name === null ? [] : [m.rule_who_group({ name })]
      }
    }
  })
}

/** A rule in one sentence. */
export function ruleSentence(draft: RuleDraftDto, names: RuleNames): string {
  const told = toldWords(draft, names)
  const actions = [
    told.length === 0 ? m.rule_tell_nobody() : m.rule_tell({ who: told.join(m.list_separator()) }),
  ]
  if (draft.reply) {
    const { hand_over } = draft.reply
    const who = hand_over === null ? null : (names.seat(hand_over) ?? m.rule_target_gone_seat())
    actions.push(who === null ? m.rule_offer_owner() : m.rule_offer({ who }))
  }
  const said = { event: EVENTS[draft.trigger](), actions: actions.join(m.list_then()) }
  if (draft.conditions.length === 0) return m.rule_sentence(said)
  const conditions = draft.conditions.map((one) => conditionWords(one, names)).join(m.list_and())
  return m.rule_sentence_if({ ...said, conditions })
}

/** Why a rule does not fire though it is on. */
export function goneWords(gone: readonly RuleGoneDto[]): string {
  const what = gone.map((one) =>
    one.gone === 'seat'
      ? m.rule_gone_seat({ name: seatName(one.name) })
      : one.gone === 'robot'
        ? m.rule_gone_robot()
        : m.rule_gone_stores(),
  )
  return m.rule_gone({ what: [...new Set(what)].join(m.list_separator()) })
}

const forbidden: Readonly<Record<string, (of: { language: string; words: string }) => string>> = {
  link: m.problem_reply_link,
  promotion: m.problem_reply_promotion,
}

/** What is wrong with a draft. */
export function problemWords({ code, language, words, what }: RuleProblemDto): string {
  const of = { language: languageName(language ?? ''), words: words ?? '' }
  const table: Readonly<Record<string, () => string>> = {
    no_name: m.problem_no_name,
    name_too_long: m.problem_name_too_long,
    name_taken: m.problem_name_taken,
    no_target: m.problem_no_target,
    empty_target: m.problem_no_target,
    empty_condition: m.rule_condition_empty,
    condition_never_holds: m.rule_condition_never,
    reply_without_buyer: m.problem_reply_no_buyer,
    reply_language_missing: () => m.problem_reply_missing(of),
    reply_too_long: () => m.problem_reply_long(of),
    reply_forbidden: () => forbidden[what ?? '']?.(of) ?? m.problem_reply_contact(of),
    gone: m.problem_gone,
  }
  return table[code]?.() ?? m.problem_other({ code })
}

/** A firing on the timeline: which rule, why, who heard of it, and what became of its text. */
export function firedWords(fired: FiredDto): string {
  const parts = [m.fired_line({ rule: fired.rule_name })]
  if (fired.saw.length > 0) parts.push(m.fired_because({ why: fired.saw.map(sawWords).join(m.list_and()) }))
  const seats = fired.everybody ? [m.rule_who_everybody()] : fired.to_names.map(seatName)
  const groups = fired.groups.map((name) => (name === null ? m.fired_group_gone() : m.fired_group({ name })))
  const told = [...seats, ...groups]
  if (told.length > 0) parts.push(m.fired_told({ who: told.join(m.list_separator()) }))
  if (fired.handed_to !== null) parts.push(m.fired_handed({ who: seatName(fired.handed_to) }))
  if (fired.reply === 'offered') parts.push(m.fired_offered())
  if (fired.reply === 'withheld') parts.push(m.fired_withheld())
  return parts.join(' · ')
}
