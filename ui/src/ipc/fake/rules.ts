import type {
  MessageDto,
  RehearsalDto,
  RuleConditionDto,
  RuleDraftDto,
  RuleDto,
  RuleProblemDto,
  RuleSavedDto,
  SawDto,
} from '../client'
import { HostError } from '../host'
import { isWorking, iso, ms, wordsOf, type Talk } from './model'
import { FakeConnections } from './connections'

const CONTACT = /@|微信|whatsapp/iu
const problem = (code: string, more: Partial<RuleProblemDto> = {}): RuleProblemDto => ({
  code,
  index: null,
  language: null,
  words: null,
  what: null,
  ...more,
})

/** Message rules as the shell keeps them; a dry run looks at what buyers wrote in the pretend shop. */
export class FakeRules extends FakeConnections {
  #rules: RuleDto[] = []
  #made = 0
  #started = false

  messageRules = async (): Promise<RuleDto[]> => {
    await this.answer()
    if (this.scene === 'trouble' && !this.#started) this.#broken()
    this.#started = true
    return structuredClone(this.#rules)
  }
  saveMessageRule = async (draft: RuleDraftDto): Promise<RuleSavedDto> => {
    await this.answer()
    const problems = this.#problems(draft)
    if (problems.length > 0) return { id: null, problems }
    const known = this.#rules.find((rule) => rule.id === draft.id)
    const kept = known ?? this.#make()
    Object.assign(kept, { name: draft.name, enabled: draft.enabled, gone: [] })
    kept.draft = { ...structuredClone(draft), id: kept.id }
    kept.changed_at = iso(this.now())
    return { id: kept.id, problems: [] }
  }
  orderMessageRules = async (ids: string[]): Promise<null> => {
    this.#rules.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))
    return null
  }
  switchMessageRule = async (id: string, on: boolean): Promise<null> => {
    this.#rule(id).enabled = on
    return null
  }
  removeMessageRule = async (id: string): Promise<null> => {
    this.#rules = this.#rules.filter((rule) => rule.id !== id)
    return null
  }
  rehearseRule = async (draft: RuleDraftDto): Promise<RehearsalDto[]> => {
    await this.answer()
    if (draft.trigger !== 'buyer_enquiry') return []
    const past = [...this.world.talks.values()].flatMap((talk) =>
      talk.messages.filter((said) => said.author === 'buyer').map((said) => ({ talk, said })),
    )
    past.sort((a, b) => ms(b.said.at) - ms(a.said.at))
    return past.slice(0, 100).map(({ talk, said }) => this.#tried(draft, talk, said))
  }
  takeOffer = async (offerId: string): Promise<boolean> =>
    [...this.world.talks.values()].some((talk) => talk.offers.some((offer) => offer.id === offerId))
  dropOffer = async (conversationId: string, offerId: string): Promise<boolean> => {
    const talk = this.talk(conversationId)
    talk.offers = talk.offers.filter((offer) => offer.id !== offerId)
    this.changed([conversationId])
    return true
  }

  /** A rule tells something to a robot; in a test, on command. */
  useInRule = (name: string, robot: string): void => {
    const rule = this.#make()
    const draft: RuleDraftDto = {
      id: rule.id,
      name,
      enabled: true,
      trigger: 'buyer_enquiry',
      conditions: [],
      targets: [{ target: 'wecom_group', robot }],
      reply: null,
    }
    Object.assign(rule, { name, draft })
  }

  #tried(draft: RuleDraftDto, talk: Talk, said: MessageDto): RehearsalDto {
    const saw = draft.conditions.map((one) => saw_of(one, talk, said, this.#storeName(talk)))
    const stopped_by = saw.flatMap((fact, place) => (fact === null ? [place] : []))
    const fires = stopped_by.length === 0
    const old = this.now() - ms(said.at) > 86_400_000
    return {
      at: said.at,
      store_name: this.#storeName(talk),
      title: talk.title,
      words: wordsOf(said.body),
      verdict: old ? 'too_old' : fires ? 'fires' : 'stopped',
      stopped_by: old ? [] : stopped_by,
      saw: !old && fires ? saw.filter((fact) => fact !== null) : [],
    }
  }

  #storeName(talk: Talk): string {
    return this.world.stores.find((store) => store.id === talk.storeId)?.name ?? ''
  }

  #problems(draft: RuleDraftDto): RuleProblemDto[] {
    const taken = this.#rules.some((rule) => rule.name === draft.name && rule.id !== draft.id)
    const problems: RuleProblemDto[] = []
    if (draft.name === '') problems.push(problem('no_name'))
    if (taken) problems.push(problem('name_taken'))
    if (draft.targets.length === 0) problems.push(problem('no_target'))
    draft.conditions.forEach((one, index) => {
      if ('any' in one && one.any.length === 0) problems.push(problem('empty_condition', { index }))
    })
    for (const [language, text] of Object.entries(draft.reply?.texts ?? {})) {
      if (text.trim() === '') problems.push(problem('reply_language_missing', { language }))
      const words = CONTACT.exec(text)?.[0]
      if (words) problems.push(problem('reply_forbidden', { language, words, what: 'contact' }))
    }
    return problems
  }

  #rule(id: string): RuleDto {
    const rule = this.#rules.find((one) => one.id === id)
    if (!rule) throw new HostError('not_found', 'rule')
    return rule
  }

  #make(): RuleDto {
    this.#made += 1
    const rule: RuleDto = {
      id: `rule${this.#made}`,
      name: '',
      enabled: true,
      draft: null,
      gone: [],
      changed_at: iso(this.now()),
      changed_by: this.app.me_name,
      fired: 0,
      last_fired: null,
    }
    this.#rules.push(rule)
    return rule
  }

  /** One that fires, one whose robot is gone, one that only a newer version can read. */
  #broken(): void {
    const draft = (rule: RuleDto, more: Partial<RuleDraftDto>): RuleDraftDto => ({
      id: rule.id,
      name: rule.name,
      enabled: rule.enabled,
      trigger: 'buyer_enquiry',
      conditions: [],
      targets: [{ target: 'owner' }],
      reply: null,
      ...more,
    })
    const sizes = this.#make()
    Object.assign(sizes, { name: '尺码咨询', fired: 12, last_fired: iso(this.now() - 900_000) })
    sizes.draft = draft(sizes, { conditions: [{ condition: 'words', any: ['talla', '尺码'] }] })
    const returns = this.#make()
    Object.assign(returns, { name: '退货退款', gone: [{ gone: 'robot' }] })
    const targets: RuleDraftDto['targets'] = [{ target: 'everybody' }, { target: 'wecom_group', robot: 'r9' }]
    returns.draft = draft(returns, { trigger: 'return', targets })
    Object.assign(this.#make(), { name: '新版规则' })
  }
}

function saw_of(one: RuleConditionDto, talk: Talk, said: MessageDto, store: string): SawDto | null {
  const words = wordsOf(said.body).toLowerCase()
  const fact = (held: boolean, values: string[]): SawDto | null =>
    held ? { saw: one.condition === 'owned' ? 'owner' : one.condition, values } : null
  switch (one.condition) {
    case 'words': {
      const found = one.any.filter((word) => words.includes(word.toLowerCase()))
      return fact(found.length > 0, found)
    }
    case 'store':
      return fact(one.any.includes(talk.storeId), [store])
    case 'platform':
      return fact(one.any.includes(talk.platform), [talk.platform])
    case 'country':
      return fact(talk.country !== null && one.any.includes(talk.country), [talk.country ?? ''])
    case 'sensitive':
      return fact(talk.sensitive !== null && one.any.includes(talk.sensitive), [talk.sensitive ?? ''])
    case 'working_time':
      return fact(isWorking(ms(said.at)) === one.inside, [String(one.inside)])
    case 'owned':
      return fact((talk.ownerId !== null) === one.owned, talk.ownerId === null ? [] : [talk.ownerId])
    case 'clock':
    case 'status':
    case 'deadline':
    case 'last_stage':
      return null
  }
}
