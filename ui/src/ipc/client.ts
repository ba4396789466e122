import { commands, events } from './bindings'
import { HostError, type Host } from './host'

export type * from './bindings'
/** Every sort of entry that the shell can write into the push log. */
export { logKinds } from './bindings'

type Settled<T> = { status: 'ok'; data: T } | { status: 'error'; error: unknown }

function isSettled(value: unknown): value is Settled<unknown> {
  return (
    typeof value === 'object' && value !== null && 'status' in value && ('data' in value || 'error' in value)
  )
}

function toHostError(error: unknown): HostError {
  if (typeof error === 'object' && error !== null && 'code' in error && 'detail' in error) {
    return new HostError(error.code as HostError['code'], String(error.detail))
  }
  return HostError.from(error)
}

/** A command answers with a value, a settled result or a throw, depending on how the bindings were made. */
async function unwrap(answer: Promise<unknown>): Promise<unknown> {
  let value: unknown
  try {
    value = await answer
  } catch (error) {
    throw toHostError(error)
  }
  if (!isSettled(value)) return value
  if (value.status === 'ok') return value.data
  throw toHostError(value.error)
}

/** A listener can be taken off before the shell has confirmed it. */
function subscribe(listening: Promise<() => void>): () => void {
  let stopped = false
  let stop: (() => void) | undefined
  void listening.then((off) => {
    stop = off
    if (stopped) off()
  })
  return () => {
    stopped = true
    stop?.()
  }
}

/** Fails to compile when the shell lacks a command that the window asks for. */
const offered: Record<
  Exclude<keyof Host, 'onChanged' | 'onOpen' | 'onNotice' | 'onLogProgress' | 'onUnreadableProgress'>,
  unknown
> = commands

function shellHost(): Host {
  const calls = Object.fromEntries(
    Object.entries(offered).map(([name, command]) => [
      name,
      (...args: unknown[]) => unwrap((command as (...args: unknown[]) => Promise<unknown>)(...args)),
    ]),
  )
  return {
    ...calls,
    onChanged: (listener) => subscribe(events.changedEvent.listen((e) => listener(e.payload))),
    onOpen: (listener) =>
      subscribe(
        events.openConversationEvent.listen((e) => listener(e.payload.conversation_id, e.payload.transfer)),
      ),
    onNotice: (listener) => subscribe(events.noticeEvent.listen((e) => listener(e.payload))),
    onLogProgress: (listener) => subscribe(events.logProgressEvent.listen((e) => listener(e.payload))),
    onUnreadableProgress: (listener) =>
      subscribe(events.unreadableProgressEvent.listen((e) => listener(e.payload))),
  } as Host
}

/** The shell when there is one, else the fake host, so that the window runs in any browser. */
export async function connect(): Promise<Host> {
  if ('__TAURI_INTERNALS__' in window) return shellHost()
  const { FakeHost } = await import('./fake')
  return FakeHost.fromAddress(new URLSearchParams(window.location.search))
}
