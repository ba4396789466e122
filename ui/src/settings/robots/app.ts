import type { AppIdsDto, RobotReadersDto } from '../../ipc/client'
import type { AppFault, ReaderList, ReadersFault } from '../../words/robots'

/** What is typed of an application. */
export interface AppFields {
  corp: string
  agent: string
  secret: string
}

export type AppFaults = Readonly<Record<keyof AppFields, AppFault | null>>

/** What is wrong with a field, before anything is sent. */
export function appFault(field: keyof AppFields, typed: string): AppFault | null {
  const text = typed.trim()
  if (text === '') return 'missing'
  if (field === 'corp') return /^[\w-]{1,64}$/.test(text) ? null : 'corp'
  if (field === 'agent') return /^[1-9]\d{0,14}$/.test(text) ? null : 'agent'
  return /\s/.test(text) ? 'secret' : null
}

export const appFaults = ({ corp, agent, secret }: AppFields): AppFaults => ({
  corp: appFault('corp', corp),
  agent: appFault('agent', agent),
  secret: appFault('secret', secret),
})

/** Which application, as it goes to the shell. */
export const idsOfApp = ({ corp, agent }: AppFields): AppIdsDto => ({
  corp_id: corp.trim(),
  agent_id: agent.trim(),
})

const LISTS: readonly ReaderList[] = ['users', 'parties', 'tags']
/** The most ids that one message of WeCom names. */
const MOST: Readonly<Record<ReaderList, number>> = { users: 1000, parties: 100, tags: 100 }

/** Who is to read, as it is typed: ids with spaces, commas or lines between them. */
export interface ReadersTyped extends Record<ReaderList, string> {
  everybody: boolean
}

export const typedOf = (readers: RobotReadersDto): ReadersTyped => ({
  everybody: readers.everybody,
  users: readers.users.join(' '),
  parties: readers.parties.join(' '),
  tags: readers.tags.join(' '),
})
export const EVERYBODY: RobotReadersDto = { everybody: true, users: [], parties: [], tags: [] }

/** The ids of a list, each once. */
export const idsOf = (typed: string): string[] => [
  ...new Set(typed.split(/[\s,，、;；|]+/).filter((id) => id !== '')),
]

function isId(list: ReaderList, id: string): boolean {
  if (list === 'users') return /^[A-Za-z0-9][\w.@-]{0,63}$/.test(id)
  return /^[1-9]\d{0,9}$/.test(id) && Number(id) <= 0xff_ff_ff_ff
}

/** The first thing that is wrong with a choice. */
export function readersFault(typed: ReadersTyped): ReadersFault | null {
  if (typed.everybody) return null
  for (const list of LISTS) {
    const ids = idsOf(typed[list])
    const wrong = ids.find((id) => !isId(list, id))
    if (wrong !== undefined) return { fault: 'id', list, wrong, most: MOST[list] }
    if (ids.length > MOST[list]) return { fault: 'many', list, wrong: '', most: MOST[list] }
  }
  const nobody = LISTS.every((list) => idsOf(typed[list]).length === 0)
  return nobody ? { fault: 'none', list: 'users', wrong: '', most: MOST.users } : null
}

/** What goes to the shell. */
export function readersOf(typed: ReadersTyped): RobotReadersDto {
  if (typed.everybody) return EVERYBODY
  const { users, parties, tags } = typed
  return { everybody: false, users: idsOf(users), parties: idsOf(parties), tags: idsOf(tags) }
}
