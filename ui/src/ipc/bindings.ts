// The commands and types of the shell, as they cross the border.
import { invoke } from '@tauri-apps/api/core'
import { listen } from '@tauri-apps/api/event'

export type View = 'mine' | 'team' | 'unassigned' | 'notices' | 'mails' | 'cases' | 'done'
export type PlatformDto = 'aliexpress' | 'shopee' | 'mail'
export type KindDto = 'chat' | 'notice' | 'mail' | 'case'
export type Group = 'overdue' | 'hour' | 'today' | 'later' | 'settled'
export type Urgency = 'red' | 'amber' | 'calm'
export type ListQuery = { view: View; store_id: string | null; owner_id: string | null; cursor: string | null; limit: number }
export type DueDto = { kind: string; at: string; from: string }
export type ConversationRow = { id: string; kind: KindDto; platform: PlatformDto; store_name: string; title: string; country: string | null; order_no: string | null; preview: string; preview_kind: string; preview_ours: boolean; due: DueDto | null; group: Group; owner_name: string | null; mine: boolean; unread: number; read_silent_since: string | null; sensitive: string | null; outbox_trouble: boolean; suspicious: boolean; last_at: string }
export type GroupCount = { group: Group; count: number }
export type ListPage = { rows: ConversationRow[]; groups: GroupCount[]; next: string | null }
export type BodyDto =
  | { type: 'text'; text: string }
  | { type: 'emoji'; text: string }
  | { type: 'image'; url: string; thumb: string | null }
  | { type: 'video'; url: string; seconds: number }
  | { type: 'sticker'; id: string }
  | { type: 'order_card'; order_no: string }
  | { type: 'item_card'; item_id: string; title: string | null }
  | { type: 'note'; text: string }
  | { type: 'mail'; subject: string; from: string; text: string; html: string | null; authenticity: string; attachments: [string, string][] }
  | { type: 'notice'; title: string; text: string; url: string | null; topic: string }
  | { type: 'unsupported'; kind: string; summary: string }
export type DeviceDto = 'pc' | 'mobile'
export type MessageDto = { id: string; author: string; account_name: string | null; device: DeviceDto; body: BodyDto; at: string; counting: string | null; response_s: number | null; degraded: boolean }
export type OutboxState = 'waiting' | 'sending' | 'refused' | 'unknown'
export type OutboxDto = { client_id: string; text: string; state: OutboxState; undo_until: string | null; detail: string | null; at: string; account_name: string }
export type TimelineItem = { item: 'message'; message: MessageDto } | { item: 'assignment'; assignment: AssignmentDto }
export type TimelinePage = { items: TimelineItem[]; outbox: OutboxDto[]; before: string | null; seen: string }
export type SendGate = { open: boolean; code: string | null; detail: string | null }
export type BuyerCard = { name: string; country: string | null; language: string | null; orders: number; conversations: number; last_agent: string | null; last_agent_at: string | null; tags: string[]; private: boolean }
export type OrderLineDto = { title: string; sku: string; quantity: number }
export type OrderCard = { order_no: string; status: string; amount: string; currency: string; lines: OrderLineDto[]; paid_at: string | null; logistics: string | null }
export type ConversationDto = { id: string; kind: KindDto; platform: PlatformDto; store_id: string; store_name: string; title: string; done: boolean; sensitive: string | null; owner_id: string | null; owner_name: string | null; deadlines: DeadlineDto[]; buyer: BuyerCard | null; orders: OrderCard[]; send: SendGate; multi_device_sync: boolean; draft: string }
export type ViewCount = { view: View; count: number; hot: boolean }
export type Light = 'fresh' | 'care' | 'stale' | 'waiting'
export type StoreRow = { id: string; name: string; platform: PlatformDto; light: Light; last_success_at: string | null; last_error: string | null; token_days: number | null; multi_device_sync: boolean; off: [string, string][]; demo: boolean }
export type PresenceDto = 'online' | 'suspended' | 'offline'
export type SeatRow = { id: string; name: string; is_main: boolean; me: boolean; presence: PresenceDto; participates: boolean; today: number; owing: number }
export type Rail = { views: ViewCount[]; stores: StoreRow[]; team: SeatRow[]; quarantined: number }
export type ArithmeticLine = { code: string; params: { [key in string]: string } }
export type DeadlineStatus = 'open' | 'met' | 'late' | 'cancelled'
export type DeadlineDto = { id: string; kind: string; from: string; due: string; status: DeadlineStatus; summary: ArithmeticLine; alerts: boolean }
export type SeatFactsDto = { name: string; presence: PresenceDto; participates: boolean; today: number; chosen: boolean }
export type AssignmentDto = { id: string; at: string; from_name: string | null; to_name: string; reason: string; seats: SeatFactsDto[]; recent_name: string | null; recent_days: number | null; by_name: string | null; note: string | null }
export type WhatIfMove = { conversation_id: string; title: string; to_name: string; reason: string }
export type WhatIf = { moves: WhatIfMove[]; takers: number }
export type SearchQuery = { text: string; store_id: string | null; direction: string | null; from: string | null; to: string | null; cursor: string | null; limit: number }
export type HitKind = 'message' | 'buyer' | 'order'
export type Span = { from: number; to: number }
export type SearchHit = { kind: HitKind; conversation_id: string; message_id: string | null; title: string; platform: PlatformDto; store_name: string; snippet: string; marks: Span[]; ours: boolean; at: string }
export type SearchPage = { hits: SearchHit[]; next: string | null; rebuilding: number | null }
export type Locale = 'zh-CN' | 'en'
export type Theme = 'system' | 'light' | 'dark'
export type DemoState = 'absent' | 'running'
export type AppState = { first_run: boolean; demo: DemoState; me: string; me_name: string; locale: Locale; theme: Theme; autostart: boolean; tray_explained: boolean; alerts_work: boolean; data_dir: string; version: string; undo_seconds: number; disk_full: boolean }
export type SettingsPatch = { locale: Locale | null; theme: Theme | null; autostart: boolean | null; tray_explained: boolean | null }
export type NewStore = { platform: PlatformDto; name: string; host: string; account: string; shop_id: string; secret: string; access_token: string; refresh_token: string }
export type QuarantineRow = { id: string; store_name: string; source: string; why: string; at: string; size: number; head: string }
export type TestAlertResult = { delivered: boolean; detail: string | null }
export type TideDot = { conversation_id: string; title: string; kind: string; at: string; urgency: Urgency }
export type TideSpan = { from: string; to: string }
export type NextDue = { conversation_id: string; title: string; kind: string; at: string }
export type Tide = { now: string; until: string; dots: TideDot[]; more: number; off_hours: TideSpan[]; calendar_unpublished: boolean; next: NextDue | null }
export type UiErrorCode = 'not_found' | 'invalid' | 'stale' | 'cannot_send' | 'disk_full' | 'key_store' | 'internal'
export type UiError = { code: UiErrorCode; detail: string }
export type ChangedEvent = { conversations: string[]; rail: boolean; all: boolean }
export type OpenConversationEvent = { conversation_id: string }
export type NoticeEvent = { code: string; conversation_id: string | null; params: { [key in string]: string } }

type Result<T> = { status: 'ok'; data: T } | { status: 'error'; error: UiError }
async function typed<T>(command: string, args?: Record<string, unknown>): Promise<Result<T>> {
  try {
    return { status: 'ok', data: await invoke<T>(command, args) }
  } catch (error) {
    if (error instanceof Error) throw error
    return { status: 'error', error: error as UiError }
  }
}

export const commands = {
  appState: () => typed<AppState>('app_state'),
  patchSettings: (patch: SettingsPatch) => typed<AppState>('patch_settings', { patch }),
  rail: () => typed<Rail>('rail'),
  list: (query: ListQuery) => typed<ListPage>('list', { query }),
  conversation: (id: string) => typed<ConversationDto>('conversation', { id }),
  timeline: (id: string, before: string | null, limit: number) => typed<TimelinePage>('timeline', { id, before, limit }),
  tide: () => typed<Tide>('tide'),
  arithmetic: (deadlineId: string) => typed<ArithmeticLine[]>('arithmetic', { deadlineId }),
  why: (conversationId: string) => typed<AssignmentDto[]>('why', { conversationId }),
  whatIf: (accountId: string, presence: PresenceDto) => typed<WhatIf>('what_if', { accountId, presence }),
  search: (query: SearchQuery) => typed<SearchPage>('search', { query }),
  opened: (conversationId: string) => typed<null>('opened', { conversationId }),
  sendReply: (conversationId: string, clientId: string, text: string, seen: string) => typed<OutboxDto>('send_reply', { conversationId, clientId, text, seen }),
  undoSend: (clientId: string) => typed<boolean>('undo_send', { clientId }),
  settleUnknown: (clientId: string, sent: boolean) => typed<null>('settle_unknown', { clientId, sent }),
  retryRefused: (clientId: string) => typed<null>('retry_refused', { clientId }),
  dropRefused: (clientId: string) => typed<null>('drop_refused', { clientId }),
  saveDraft: (conversationId: string, text: string) => typed<null>('save_draft', { conversationId, text }),
  markDone: (conversationId: string) => typed<null>('mark_done', { conversationId }),
  reopen: (conversationId: string) => typed<null>('reopen', { conversationId }),
  transfer: (conversationId: string, accountId: string, note: string) => typed<null>('transfer', { conversationId, accountId, note }),
  setPresence: (accountId: string, presence: PresenceDto) => typed<null>('set_presence', { accountId, presence }),
  setParticipates: (accountId: string, on: boolean) => typed<null>('set_participates', { accountId, on }),
  setMultiDeviceSync: (storeId: string, on: boolean) => typed<null>('set_multi_device_sync', { storeId, on }),
  addAccount: (name: string) => typed<null>('add_account', { name }),
  startDemo: () => typed<AppState>('start_demo'),
  removeDemo: () => typed<AppState>('remove_demo'),
  connectStore: (store: NewStore) => typed<string>('connect_store', { store }),
  removeStore: (storeId: string) => typed<null>('remove_store', { storeId }),
  testAlert: () => typed<TestAlertResult>('test_alert'),
  quarantine: (cursor: string | null) => typed<[QuarantineRow[], string | null]>('quarantine', { cursor }),
  rawMessage: (messageId: string) => typed<string>('raw_message', { messageId }),
  snooze: (conversationId: string) => typed<null>('snooze', { conversationId }),
}

const event = <T>(name: string) => ({ listen: (cb: (e: { payload: T }) => void) => listen<T>(name, cb) })
export const events = {
  changedEvent: event<ChangedEvent>('changed-event'),
  openConversationEvent: event<OpenConversationEvent>('open-conversation-event'),
  noticeEvent: event<NoticeEvent>('notice-event'),
}
