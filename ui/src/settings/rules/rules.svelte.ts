import type { RehearsalDto, RobotDto, RuleDraftDto, RuleDto, RuleProblemDto } from '../../ipc/client'
import type { Host } from '../../ipc/host'
import { Task } from '../../shared/busy.svelte'
import { Resource } from '../../shared/resource.svelte'
import { draftOf, emptyRule, typedRule, type TypedRule } from './draft'

/** What the page of message rules asks for. */
export type RuleHost = Pick<
  Host,
  | 'messageRules'
  | 'saveMessageRule'
  | 'orderMessageRules'
  | 'switchMessageRule'
  | 'removeMessageRule'
  | 'rehearseRule'
  | 'robots'
  | 'onChanged'
>

/** The list of rules, and what is done with them. */
export class RulesState {
  readonly list = new Resource<RuleDto[]>()
  readonly robots = new Resource<RobotDto[]>()
  readonly task = new Task()
  /** What was removed last, with its place, so that it can come back. */
  removed = $state.raw<{ rule: RuleDto; place: number } | null>(null)

  constructor(readonly host: RuleHost) {}

  load = () => this.list.load(() => this.host.messageRules())

  /** Looks now and whenever the shell says that something changed; returns the way to stop. */
  watch(): () => void {
    void this.load()
    void this.robots.load(() => this.host.robots())
    return this.host.onChanged((event) => {
      if (event.rail || event.all) void this.load()
    })
  }

  async switch(id: string, on: boolean): Promise<void> {
    await this.task.run(() => this.host.switchMessageRule(id, on))
    await this.load()
  }

  /** One place up or down; false at the end. */
  async move(id: string, by: -1 | 1): Promise<boolean> {
    const ids = (this.list.value ?? []).map((rule) => rule.id)
    const from = ids.indexOf(id)
    const to = from + by
    if (from < 0 || to < 0 || to >= ids.length) return false
    ids.splice(to, 0, ...ids.splice(from, 1))
    const done = await this.task.run(() => this.host.orderMessageRules(ids))
    await this.load()
    return done
  }

  async remove(rule: RuleDto): Promise<boolean> {
    const place = (this.list.value ?? []).findIndex((one) => one.id === rule.id)
    const done = await this.task.run(() => this.host.removeMessageRule(rule.id))
    // What nobody here can read cannot be made again.
    this.removed = done && rule.draft ? { rule, place } : null
    await this.load()
    return done
  }

  /** Brings back what was removed last, at its place. What it fired stays that of the one before. */
  async undo(): Promise<void> {
    const { removed } = this
    if (!removed?.rule.draft) return
    const draft = { ...$state.snapshot(removed.rule.draft), id: null }
    await this.task.run(async () => {
      const { id } = await this.host.saveMessageRule(draft)
      if (id === null) return
      const ids = (this.list.value ?? []).map((rule) => rule.id)
      ids.splice(removed.place, 0, id)
      await this.host.orderMessageRules(ids)
      this.removed = null
    })
    await this.load()
  }
}

/** A rule being written. */
export class RuleForm {
  rule = $state<TypedRule>(emptyRule())
  problems = $state.raw<RuleProblemDto[]>([])
  /** Faults are shown once somebody tried. */
  tried = $state(false)
  readonly task = new Task()
  readonly run = new Resource<RehearsalDto[]>()
  /** The draft that the outcome is of. */
  rehearsed = $state.raw<RuleDraftDto | null>(null)

  constructor(
    readonly host: Pick<Host, 'saveMessageRule' | 'rehearseRule'>,
    from: RuleDraftDto | TypedRule,
  ) {
    this.rule = 'targets' in from ? typedRule(from) : from
  }

  readonly draft = $derived(draftOf($state.snapshot(this.rule)))
  /** What was tried is not what stands there now. */
  readonly stale = $derived(
    this.run.value !== null && JSON.stringify(this.rehearsed) !== JSON.stringify(this.draft),
  )

  /** True once the rule is kept; else all that is wrong with it is known. */
  async save(): Promise<boolean> {
    this.tried = true
    this.problems = []
    let kept = false
    await this.task.run(async () => {
      const { id, problems } = await this.host.saveMessageRule(this.draft)
      this.problems = problems
      kept = id !== null
    })
    return kept
  }

  async rehearse(): Promise<void> {
    const { draft } = this
    const run = await this.run.load(() => this.host.rehearseRule(draft))
    if (run) this.rehearsed = draft
  }
}
