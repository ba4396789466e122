import { m } from '../paraglide/messages.js'

/** The remarks that the shipped data makes on its numbers, each under the words by which the data has it. */
const NOTES = [
  m.note_hours,
  m.note_reply_working,
  m.note_reply_otherwise,
  m.note_reply_limit,
  m.note_read_silent,
  m.note_read_silent_dispute,
  m.note_escalation,
  m.note_badge_reply,
  m.note_team_promise,
  m.note_system_mail,
  m.note_mailbox_check,
  m.note_ticket_funds,
  m.note_ticket_other,
  m.note_dispute,
  m.note_slow_run,
  m.note_slow_run_weight,
  m.note_slow_exposure,
  m.note_stages_badge,
  m.note_scale,
  m.note_merge,
  m.note_digest_after,
  m.note_snooze,
  m.note_ladder_wait,
  m.note_store_silent,
  m.note_quiet,
  m.note_recent,
  m.note_variant,
]
const HOLIDAYS = [
  m.holiday_new_year,
  m.holiday_spring,
  m.holiday_qingming,
  m.holiday_labour,
  m.holiday_dragon_boat,
  m.holiday_mid_autumn,
  m.holiday_national,
]

/** The data speaks Chinese: what it says is found again in the Chinese catalogue. */
type Said = (inputs?: object, options?: { locale: 'zh-CN' }) => string
const byChinese = (all: readonly Said[]) =>
  new Map(all.map((words) => [words({}, { locale: 'zh-CN' }), () => words()]))
const notes = byChinese(NOTES)
const holidays = byChinese(HOLIDAYS)

/** A remark of the data in the language on screen; one that this window does not know stays as it is. */
export function noteWords(note: string): string {
  const year = /^国务院办公厅关于(\d{4})年部分节假日安排的通知$/u.exec(note)?.[1]
  if (year !== undefined) return m.note_state_council({ year })
  return notes.get(note)?.() ?? note
}

/** A holiday of the calendar, or several that fall together. */
export const holidayWords = (name: string) =>
  name
    .split('、')
    .map((one) => holidays.get(one)?.() ?? one)
    .join(m.list_separator())
