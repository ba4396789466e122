import { m } from '../paraglide/messages.js'
import { locale } from '../shared/locale.svelte'

/** A table from a code of the host to words. A code that is newer than this window stays readable as itself. */
export type Table = Readonly<Record<string, () => string>>
const look = (table: Table, code: string) => table[code]?.() ?? code.replaceAll('_', ' ')

export const KIND: Table = {
  reply: m.kind_reply,
  reply_limit: m.kind_reply_limit,
  read_silent: m.kind_read_silent,
  escalation: m.kind_escalation,
  badge_reply: m.kind_badge_reply,
  team_promise: m.kind_team_promise,
  system_mail: m.kind_system_mail,
  ticket: m.kind_ticket,
  dispute: m.kind_dispute,
  platform_due: m.kind_platform_due,
}
export const REASON: Table = {
  direct: m.reason_direct,
  private: m.reason_private,
  kept: m.reason_kept,
  recent: m.reason_recent,
  least_today: m.reason_least_today,
  suspended_recent: m.reason_suspended_recent,
  suspended_least: m.reason_suspended_least,
  offline_recent: m.reason_offline_recent,
  main_fallback: m.reason_main_fallback,
  manual: m.reason_manual,
  message_rule: m.reason_message_rule,
}
/** The rule behind a reason, in one sentence. */
export const RULE: Table = {
  direct: m.rule_direct,
  private: m.rule_private,
  kept: m.rule_kept,
  recent: m.rule_recent,
  least_today: m.rule_least_today,
  suspended_recent: m.rule_suspended_recent,
  suspended_least: m.rule_suspended_least,
  offline_recent: m.rule_offline_recent,
  main_fallback: m.rule_main_fallback,
  manual: m.rule_manual,
  message_rule: m.rule_message_rule,
}
/** What two of the reasons are where counts were divided by weights. */
const WEIGHTED_REASON: Table = {
  least_today: m.reason_least_weighted,
  suspended_least: m.reason_suspended_weighted,
}
const WEIGHTED_RULE: Table = {
  least_today: m.rule_least_weighted,
  suspended_least: m.rule_suspended_weighted,
}
export const COUNTING: Table = {
  auto: m.not_auto,
  auto_reply: m.not_auto,
  image: m.not_image,
  video: m.not_video,
  sticker: m.not_sticker,
  emoji: m.not_emoji,
  order_card: m.not_order_card,
  item_card: m.not_item_card,
  note: m.not_note,
  read_mark: m.not_read_mark,
  read: m.not_read_mark,
  unsupported: m.not_unsupported,
  mobile_without_sync: m.not_mobile_without_sync,
  not_a_seller: m.not_a_seller,
}
export const SENSITIVE: Table = {
  return: m.sensitive_return,
  refund: m.sensitive_refund,
  bad_review: m.sensitive_bad_review,
  legal: m.sensitive_legal,
}
export const PRESENCE: Table = {
  online: m.presence_online,
  suspended: m.presence_suspended,
  offline: m.presence_offline,
}
export const VIEW: Table = {
  mine: m.view_mine,
  team: m.view_team,
  unassigned: m.view_unassigned,
  notices: m.view_notices,
  mails: m.view_mails,
  cases: m.view_cases,
  done: m.view_done,
}
export const GROUP: Table = {
  overdue: m.group_overdue,
  hour: m.group_hour,
  today: m.group_today,
  later: m.group_later,
  settled: m.group_settled,
}
export const PLATFORM: Table = {
  aliexpress: m.platform_aliexpress,
  shopee: m.platform_shopee,
  mail: m.platform_mail,
  bridge: m.platform_bridge,
}
export const GATE: Table = {
  read_only_kind: m.gate_read_only_kind,
  capability_off: m.gate_capability_off,
  region_forbids: m.gate_region_forbids,
  store_paused: m.gate_store_paused,
  not_owner: m.gate_not_owner,
  not_checked: m.gate_not_checked,
  no_cards: m.gate_no_cards,
  cards_not_by_bridge: m.cards_not_by_bridge,
  cards_not_by_old_interface: m.cards_not_by_old_interface,
  cards_not_by_local_api: m.cards_not_by_local_api,
  picture_needs_address: m.picture_needs_address,
  picture_not_by_bridge: m.picture_not_by_bridge,
}
/** What is shown of a message that has no words. */
export const PREVIEW: Table = {
  image: m.preview_image,
  video: m.preview_video,
  sticker: m.preview_sticker,
  emoji: m.preview_emoji,
  order_card: m.preview_order_card,
  item_card: m.preview_item_card,
  unsupported: m.preview_unsupported,
  erased: m.body_erased,
}
export const TOPIC: Table = {
  order: m.topic_order,
  return: m.topic_return,
  violation: m.topic_violation,
  penalty: m.topic_penalty,
  authorisation: m.topic_authorisation,
  dispute: m.topic_dispute,
  notice: m.topic_notice,
}
export const LIGHT: Table = {
  fresh: m.light_fresh,
  care: m.light_care,
  stale: m.light_stale,
  waiting: m.light_waiting,
}
export const CAPABILITY: Table = {
  read_chat: m.capability_read_chat,
  send_chat: m.capability_send_chat,
  send_cards: m.capability_send_cards,
  orders: m.capability_orders,
  disputes: m.capability_disputes,
  notifications: m.capability_notifications,
  mail: m.capability_mail,
}

export const kindWords = (code: string) => look(KIND, code)
export const reasonWords = (code: string, weighted = false) =>
  (weighted ? WEIGHTED_REASON[code]?.() : undefined) ?? look(REASON, code)
export const ruleWords = (code: string, weighted = false) =>
  (weighted ? WEIGHTED_RULE[code]?.() : undefined) ?? RULE[code]?.() ?? ''
export const sensitiveWords = (code: string) => look(SENSITIVE, code)
export const presenceWords = (code: string) => look(PRESENCE, code)
/** Inside a sentence; English writes it small there. */
export const presenceWithin = (code: string) => presenceWords(code).toLocaleLowerCase(locale())
export const viewWords = (code: string) => look(VIEW, code)
export const groupWords = (code: string) => look(GROUP, code)
/** What shops put into their names to say on which platform they are, in whichever language. */
export const PLATFORM_NAMES: readonly string[] = ['shopee', '虾皮', 'aliexpress', '速卖通', 'lazada']
export const platformWords = (code: string) => look(PLATFORM, code)
export const gateWords = (code: string) => look(GATE, code)
export const topicWords = (code: string) => look(TOPIC, code)
export const lightWords = (code: string) => look(LIGHT, code)
export const capabilityWords = (code: string) => look(CAPABILITY, code)
/** Why a message of ours stopped no clock; empty when it did, or when nobody asks. */
export const notCountingWords = (code: string | null) =>
  code === null || code === 'counts' ? '' : look(COUNTING, code)

/** What a conversation is called. Its name goes with its buyer's when they are erased. */
export const titleWords = (title: string) => title || m.title_erased()

/** One line for a row: the words, or the name of what has none. */
export function previewWords(kind: string, words: string): string {
  const name = PREVIEW[kind]?.()
  if (name === undefined) return words
  return words === '' ? name : kind === 'emoji' ? words : `${name} ${words}`
}
