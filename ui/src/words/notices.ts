import type { NoticeEvent } from '../ipc/client'
import { m } from '../paraglide/messages.js'
import { seatName } from '../shared/person'
import { climbWords } from './climb'

const param = (notice: NoticeEvent, name: string) => notice.params[name] ?? ''
const seatOf = (notice: NoticeEvent, name: string) =>
  param(notice, name) === '' ? null : seatName(param(notice, name))

/** Nobody acted: on whom, or on how many; and who is asked for the most urgent. */
export function climbedWords(notice: NoticeEvent): string {
  const count = Number(param(notice, 'count'))
  const title = param(notice, 'title')
  const step = climbWords(seatOf(notice, 'from'), seatOf(notice, 'to'))
  return count > 1 ? m.notice_climbed_many({ count, title, step }) : m.notice_climbed({ title, step })
}

/** Which rule fired and at what, or how many. */
export function firedNoticeWords(notice: NoticeEvent): string {
  const count = Number(param(notice, 'count'))
  const title = param(notice, 'title')
  return count > 1
    ? m.notice_fired_many({ count, title })
    : m.notice_fired({ rule: param(notice, 'rule'), title })
}

/** What is told of a store; empty for a notice that is about none. */
export function storeNoticeWords(notice: NoticeEvent): string {
  if (notice.code === 'store_silent') return silentWords(notice)
  if (notice.code !== 'authorisation_ends') return ''
  return m.notice_store_ending({ store: param(notice, 'store'), count: Number(param(notice, 'count')) })
}

/** A store that is not read: whether waiting may help, or only its owner. */
function silentWords(notice: NoticeEvent): string {
  const store = param(notice, 'store')
  return param(notice, 'owner') === 'true'
    ? m.notice_store_owner({ store })
    : m.notice_store_silent({ store })
}
