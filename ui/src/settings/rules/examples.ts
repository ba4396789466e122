import { m } from '../../paraglide/messages.js'
import { emptyRule, typedCondition, type TypedRule } from './draft'

export interface Example {
  name: string
  about: string
  rule: TypedRule
}

/** Rules that most teams want, ready to be changed. */
export const examples = (): Example[] => [
  {
    name: m.example_night(),
    about: m.example_night_about(),
    rule: {
      ...emptyRule(),
      name: m.example_night(),
      conditions: [typedCondition('working_time')],
      offers: true,
      texts: { zh: m.example_night_zh(), en: m.example_night_en() },
    },
  },
  {
    name: m.example_parcel(),
    about: m.example_parcel_about(),
    rule: {
      ...emptyRule(),
      name: m.example_parcel(),
      trigger: 'logistics_exception',
      owner: false,
      everybody: true,
    },
  },
  {
    name: m.example_complaint(),
    about: m.example_complaint_about(),
    rule: {
      ...emptyRule(),
      name: m.example_complaint(),
      trigger: 'complaint_mail',
      owner: false,
      everybody: true,
    },
  },
]
