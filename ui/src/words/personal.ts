import type { PersonalFieldDto, PersonalStateDto } from '../ipc/client'
import { m } from '../paraglide/messages.js'

const FIELD: Readonly<Record<PersonalFieldDto, () => string>> = {
  phone: m.personal_phone,
  address: m.personal_address,
}
const TROUBLE: Readonly<Record<PersonalStateDto, (() => string) | null>> = {
  kept: null,
  stale: m.personal_stale,
  missed: m.personal_missed,
  locked: m.personal_locked,
  lost: m.personal_lost,
}

/** What a field is called. */
export const personalWords = (field: PersonalFieldDto) => FIELD[field]()

/** What is wrong with a kept field; null if nothing is. */
export const personalTrouble = (state: PersonalStateDto) => TROUBLE[state]?.() ?? null
