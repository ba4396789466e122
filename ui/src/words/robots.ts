import type { RobotDto, RobotHealthDto, RobotTestDto } from '../ipc/client'
import { m } from '../paraglide/messages.js'
import { moment, ms } from '../shared/format'

/** What a code of WeCom means for whoever has to act. */
const CODE: Readonly<Record<string, () => string>> = {
  '93000': m.robot_code_gone,
  '45009': m.robot_code_often,
  http_429: m.robot_code_often,
  unreachable: m.robot_code_unreachable,
  unknown: m.robot_code_unknown,
  no_secret: m.robot_code_no_secret,
}

const codeWords = (code: string) => CODE[code]?.() ?? m.robot_code_other({ code })

/** How a way out is, in one sentence; nothing while all is well. */
export function healthWords({ health, until, code }: RobotHealthDto, now: number): string {
  const why = codeWords(code ?? '')
  const at = until === null ? '' : moment(ms(until), now)
  const words = {
    working: () => '',
    waiting: () => m.robot_health_waiting({ why, at }),
    open: () => m.robot_health_open({ why, at }),
    stopped: () => m.robot_health_stopped({ why }),
  }
  return words[health]()
}

/** What waits, and what became of the last message. */
export function queueWords({ waiting, oldest, last_at, last_result }: RobotDto, now: number): string {
  const queue =
    waiting === 0 || oldest === null
      ? m.robot_nothing_waits()
      : m.robot_waits({ count: waiting, since: moment(ms(oldest), now) })
  if (last_at === null || last_result === null) return `${queue} · ${m.robot_never_told()}`
  const at = moment(ms(last_at), now)
  const last = last_result === 'sent' ? m.robot_last_sent({ at }) : m.robot_last_failed({ at })
  return `${queue} · ${last}`
}

/** The outcome of a test message. */
export function testWords({ end, health }: RobotTestDto, now: number): string {
  if (end === 'sent') return m.robot_test_sent()
  if (end === 'refused') return m.robot_test_refused()
  if (end === 'unknown') return m.robot_test_unknown()
  const why = health === null ? '' : healthWords(health, now)
  return why === '' ? m.robot_test_waits() : m.robot_test_waits_why({ why })
}
