import type { PolicyValueDto } from '../../ipc/client'

/** What a person types for a value, one text a field; a week has eight, everything else one. */
export type Draft = string[]

const MINUTE = 60
/** Times of the day, separated by commas of either script, semicolons or line breaks. */
const parts = (text: string) =>
  text
    .split(/[,，;；、\n]/u)
    .map((part) => part.trim())
    .filter((part) => part !== '')

const number = (text: string): number | null => {
  const plain = text.trim().replace('−', '-').replace(',', '.')
  return /^[+-]?\d+(\.\d+)?$/.test(plain) ? Number(plain) : null
}

/** Stages as people say them: minutes before the deadline; what comes after it has a plus. */
const minutesBefore = (seconds: number) =>
  seconds > 0 ? `+${seconds / MINUTE}` : String(seconds === 0 ? 0 : -seconds / MINUTE)

function stagesOf(text: string): number[] | null {
  const stages: number[] = []
  for (const part of parts(text)) {
    const minutes = number(part)
    if (minutes === null || minutes < 0) return null
    stages.push(Math.round(minutes * MINUTE) * (part.startsWith('+') ? 1 : -1) || 0)
  }
  return [...new Set(stages)].sort((a, b) => a - b)
}

const SPAN = /^\d{1,2}:\d{2}(:\d{2})?\s*[-–~～—]\s*\d{1,2}:\d{2}(:\d{2})?$/u
function spansOf(text: string): string[] | null {
  const spans = parts(text.replaceAll('：', ':'))
  return spans.every((span) => SPAN.test(span))
    ? spans.map((span) => span.replace(/\s*[~～—]\s*/u, '-'))
    : null
}

/** A value as the fields show it. Durations are minutes, because every rule counts in whole ones or seconds below. */
export function draftOf(value: PolicyValueDto): Draft {
  switch (value.kind) {
    case 'switch':
      return [String(value.value)]
    case 'seconds':
      return [String(value.value / MINUTE)]
    case 'count':
    case 'percent':
      return [String(value.value)]
    case 'week':
      return value.value.map((day) => day.join(', '))
    case 'pattern':
      return [value.value[1].map(minutesBefore).join(', ')]
    case 'stages':
      return [value.value.map(minutesBefore).join(', ')]
    case 'spans':
      return [value.value.join(', ')]
  }
}

/** What was typed, as a value of the same kind; null where it is none. The host judges whether it makes sense. */
export function valueOf(draft: Draft, like: PolicyValueDto): PolicyValueDto | null {
  const first = draft[0] ?? ''
  switch (like.kind) {
    case 'switch':
      return { kind: 'switch', value: first === 'true' }
    case 'seconds': {
      const minutes = number(first)
      return minutes === null ? null : { kind: 'seconds', value: Math.round(minutes * MINUTE) }
    }
    case 'count':
    case 'percent': {
      const whole = number(first)
      return whole === null || !Number.isInteger(whole) ? null : { kind: like.kind, value: whole }
    }
    case 'week': {
      const days = draft.map(spansOf)
      return days.every((day) => day !== null) ? { kind: 'week', value: days } : null
    }
    case 'pattern': {
      const stages = stagesOf(first)
      return stages && { kind: 'pattern', value: [like.value[0], stages] }
    }
    case 'stages': {
      const stages = stagesOf(first)
      return stages && { kind: 'stages', value: stages }
    }
    case 'spans': {
      const spans = spansOf(first)
      return spans && { kind: 'spans', value: spans }
    }
  }
}

/** Which fields of what was typed cannot be read: of a week some days, of everything else the only one. */
export const wrongFields = (draft: Draft, like: PolicyValueDto): number[] =>
  like.kind === 'week'
    ? draft.flatMap((day, at) => (spansOf(day) === null ? [at] : []))
    : valueOf(draft, like) === null
      ? [0]
      : []
