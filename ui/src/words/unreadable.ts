import type { AgainOutcome, AgainReportDto, QuarantineRow, UnreadableExportDto } from '../ipc/client'
import { m } from '../paraglide/messages.js'
import type { Table } from './codes'

/** What a payload is for the person at the screen, and what that person can do while it cannot be read. */
interface Kind {
  name: () => string
  advice: () => string
}
const MESSAGE: Kind = { name: m.unreadable_message, advice: m.unreadable_look_chat }
const ORDER: Kind = { name: m.unreadable_order, advice: m.unreadable_look_order }
const RETURN: Kind = { name: m.unreadable_return, advice: m.unreadable_look_order }
const DISPUTE: Kind = { name: m.unreadable_dispute, advice: m.unreadable_look_order }
const NOTICE: Kind = { name: m.unreadable_notice, advice: m.unreadable_look_platform }
const PUSH: Kind = { name: m.unreadable_push, advice: m.unreadable_look_platform }
const ANSWER: Kind = { name: m.unreadable_answer, advice: m.unreadable_look_platform }
const MAIL: Kind = { name: m.unreadable_mail, advice: m.unreadable_look_mail }
const BRIDGE: Kind = { name: m.unreadable_bridge, advice: m.unreadable_mend_bridge }
const IMPORT: Kind = { name: m.unreadable_import, advice: m.unreadable_mend_import }

/** Where a payload came from, as the host names it. */
const SOURCE: Readonly<Record<string, Kind>> = {
  'shopee.get_message': MESSAGE,
  'aliexpress.im': MESSAGE,
  'aliexpress.legacy': MESSAGE,
  'aliexpress.ru': MESSAGE,
  'shopee.get_order_list': ORDER,
  'shopee.get_order_detail': ORDER,
  'aliexpress.order': ORDER,
  'shopee.get_return_list': RETURN,
  'shopee.get_return_detail': RETURN,
  'aliexpress.issue': DISPUTE,
  'shopee.get_shop_notification': NOTICE,
  'shopee.push': PUSH,
  'shopee.lost_push': PUSH,
  'aliexpress.push': PUSH,
  'mail.imap': MAIL,
  'mail.file': MAIL,
  'bridge.event': BRIDGE,
  'import.ndjson': IMPORT,
}
const CAUSE: Readonly<Record<QuarantineRow['cause'], () => string>> = {
  empty: m.unreadable_why_empty,
  not_json: m.unreadable_why_not_json,
  missing: m.unreadable_why_missing,
  other_kind: m.unreadable_why_other_kind,
  time: m.unreadable_why_time,
  too_large: m.unreadable_why_too_large,
  platform_error: m.unreadable_why_platform_error,
  foreign_shop: m.unreadable_why_foreign_shop,
  unknown: m.unreadable_why_unknown,
}
const BARRED: Readonly<Record<NonNullable<QuarantineRow['barred']>, () => string>> = {
  outline: m.unreadable_barred_outline,
  nothing: m.unreadable_barred_nothing,
  alone: m.unreadable_barred_alone,
  answer: m.unreadable_barred_answer,
}
const OUTCOME: Readonly<Record<AgainOutcome, (of: { what: string }) => string>> = {
  read: m.unreadable_told_read,
  unreadable: m.unreadable_told_still,
  barred: m.unreadable_told_barred,
  gone: m.unreadable_told_gone,
  waits: m.unreadable_told_waits,
}
/** Faults that say by themselves what helps. */
const REMEDY: Table = { foreign_shop: m.unreadable_connect }

const kindOf = (source: string) => SOURCE[source] ?? ANSWER

/** What could not be read, by where it came from. */
export const sourceWords = (source: string) => kindOf(source).name()
/** What kind of fault it is. */
export const causeOf = (row: QuarantineRow) => CAUSE[row.cause]()
/** What to do meanwhile. */
export const adviceOf = (row: QuarantineRow) => (REMEDY[row.cause] ?? kindOf(row.source).advice)()
/** Why it will not be tried again. */
export const barredWords = (barred: NonNullable<QuarantineRow['barred']>) => BARRED[barred]()

/** What came of something that was begun in the list. */
export type Told =
  | { what: 'one'; outcome: AgainOutcome; source: string }
  | { what: 'all'; report: AgainReportDto }
  | { what: 'saved'; saved: UnreadableExportDto }

/** The same in words, a sentence each. */
export function toldWords(told: Told): { good: boolean; words: string[] } {
  if (told.what === 'saved') {
    const { payloads: count, file } = told.saved
    return { good: true, words: [m.unreadable_told_saved({ count, file })] }
  }
  if (told.what === 'one') {
    const words = [OUTCOME[told.outcome]({ what: sourceWords(told.source) })]
    return { good: told.outcome === 'read', words }
  }
  return { good: told.report.read > 0, words: reportWords(told.report) }
}

/** Only what there was any of. */
function reportWords(report: AgainReportDto): string[] {
  const { read, unreadable, barred, waiting, failed } = report
  const parts = [m.unreadable_told_all({ read, unreadable })]
  if (barred > 0) parts.push(m.unreadable_told_all_barred({ count: barred }))
  if (waiting > 0) parts.push(m.unreadable_told_all_waiting({ count: waiting }))
  if (failed > 0) parts.push(m.unreadable_told_all_failed({ count: failed }))
  if (report.stopped) parts.push(m.unreadable_told_all_stopped())
  return parts
}

/** What somebody who mends it needs, without what is kept of the content. */
export const technical = (row: QuarantineRow) => `${row.source}: ${row.why} (${row.size} bytes, ${row.at})`
