import type { RobotDto, RuleDto } from '../../ipc/client'
import type { Uses } from '../../words/robots'

/** What uses a way out. */
export function usesOf(robot: RobotDto, robots: RobotDto[], rules: RuleDto[]): Uses {
  const others = (takes: (one: RobotDto) => boolean) =>
    takes(robot) ? robots.filter((one) => one.id !== robot.id && takes(one)).map((one) => one.name) : null
  const there = (rule: RuleDto) =>
    rule.draft?.targets.some((to) => to.target === 'wecom_group' && to.robot === robot.id) ?? false
  return {
    rules: rules.filter(there).map(({ name, enabled }) => ({ name, on: enabled })),
    ladder: others((one) => one.ladder),
    silence: others((one) => one.silence),
    waiting: robot.waiting,
  }
}
