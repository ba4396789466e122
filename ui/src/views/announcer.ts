import type { ConversationRow, NoticeEvent } from '../ipc/client'
import type { NoticeState } from '../notices/notices.svelte'
import { m } from '../paraglide/messages.js'
import { NEAR, leftWords } from '../shared/due'
import { ms } from '../shared/format'
import { titleWords } from '../words/codes'
import { climbedWords, firedNoticeWords, storeNoticeWords } from '../words/notices'

/** Says what changes by itself: arrivals when there is time, a deadline within ten minutes at once, each only once. */
export class Announcer {
  readonly #near = new Set<string>()
  readonly #unread = new Map<string, number>()
  #first = true

  constructor(readonly notices: NoticeState) {}

  rows(rows: ConversationRow[], changed: ReadonlySet<string>, now: number): void {
    for (const row of rows) {
      const before = this.#unread.get(row.id) ?? 0
      this.#unread.set(row.id, row.unread)
      if (!this.#first && changed.has(row.id) && row.unread > before)
        this.notices.say(m.say_arrived({ who: titleWords(row.title) }))
      const key = row.due ? `${row.id} ${row.due.at}` : ''
      const left = row.due ? ms(row.due.at) - now : Infinity
      if (!row.due || !row.mine || left > NEAR || left <= 0 || this.#near.has(key)) continue
      this.#near.add(key)
      this.notices.shout(m.say_near({ who: titleWords(row.title), left: leftWords(ms(row.due.at), now) }))
    }
    this.#first = false
  }

  notice(notice: NoticeEvent): void {
    const ofStore = storeNoticeWords(notice)
    if (ofStore !== '') this.notices.say(ofStore)
    if (notice.code === 'climbed') this.notices.shout(climbedWords(notice))
    if (notice.code === 'fired') this.notices.say(firedNoticeWords(notice))
    if (notice.code === 'disk_full') this.notices.say(m.bar_disk_full())
  }
}
